import * as http from "node:http";
import type { AddressInfo } from "node:net";
import {
  checkContainer,
  checkEnvironment,
  checkLoginSettings,
  findStopped,
  readContainer,
} from "../../cli/doctor/container";
import { ocisEnvironment } from "@ocis-pocket-id/components";
import { ofKind } from "./doctor-company";

const overridden = [
  { name: "OCIS_INSECURE", ours: "false", value: "true\u001b[2J" },
  { name: "OCIS_OIDC_ISSUER", ours: "https://id.company.test", value: undefined },
];

test.each([
  [false, "", ""],
  [true, ": 'true\\u001b[2J' instead of 'false'", ""],
])(
  "environment-overridden: advice that names the variable; --show-values (%j) shows what isn't secret",
  (showValues, first, second) => {
    const findings = checkEnvironment(overridden, showValues);
    expect(ofKind("environment-overridden", findings)).toEqual([
      `the stack overrides OCIS_INSECURE${first}`,
      `the stack overrides OCIS_OIDC_ISSUER${second}`,
    ]);
    expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(["advice"]));
  },
);

const LOGIN = { issuer: "https://id.company.test", claimKey: "roles" };
const OURS = ocisEnvironment({
  ...LOGIN,
  ocisUrl: "https://ocis.company.test",
  clientId: "ocis.company.test",
  tls: false,
  identityClaim: "preferred_username",
});

test.each<[Record<string, string>, string[]]>([
  [{}, []],
  [{ PROXY_OIDC_ISSUER: "https://id.company.test", PROXY_OIDC_SKIP_USER_INFO: "false" }, []],
  // The most specific name counts.
  [{ OCIS_OIDC_ISSUER: "https://other.test", PROXY_OIDC_ISSUER: "https://id.company.test" }, []],
  [{ OCIS_OIDC_ISSUER: "https://id.company.test/" }, ["OCIS_OIDC_ISSUER isn't 'https://id.company.test'"]],
  [{ PROXY_OIDC_ISSUER: "https://other.test" }, ["PROXY_OIDC_ISSUER isn't 'https://id.company.test'"]],
  [{ PROXY_OIDC_ISSUER: "" }, ["PROXY_OIDC_ISSUER isn't 'https://id.company.test'"]],
  [{ PROXY_ROLE_ASSIGNMENT_DRIVER: "default" }, ["PROXY_ROLE_ASSIGNMENT_DRIVER isn't 'oidc'"]],
  [{ PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM: "groups" }, ["PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM isn't 'roles'"]],
  [{ PROXY_OIDC_SKIP_USER_INFO: "T" }, ["PROXY_OIDC_SKIP_USER_INFO is true"]],
])("environment-breaks-logins: %j", (changes, expected) => {
  const findings = checkLoginSettings({ ...OURS, ...changes }, LOGIN, "the stack", "");
  expect(ofKind("environment-breaks-logins", findings)).toEqual(
    expected.map((text) => `in the stack ${text}`),
  );
});

describe("the container", () => {
  const seen = { mounts: "", log: "" };
  let server: http.Server;
  let host: string;

  beforeAll(async () => {
    server = http.createServer((request, response) => {
      const [, answer] = ANSWERS(seen).find(([path]) => request.url?.split("?")[0]?.endsWith(path)) ?? [];
      response.writeHead(answer === undefined ? 404 : 200);
      response.end(typeof answer === "object" ? JSON.stringify(answer) : (answer ?? '{"message":"none"}'));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  const resource = (id: string, inputs: Record<string, unknown>, at = host) => ({
    ...{ urn: "urn:x", type: "docker:index/container:Container", name: "x", id, outputs: {} },
    ...{ inputs, secrets: new Set<string>(), handler: undefined, provider: { host: at } },
  });
  const look = (id: string, url = "https://ocis.company.test", at = host) => {
    const container = resource(id, { envs: ["OCIS_URL=https://ocis.company.test"] }, at);
    return readContainer({ resources: [container] }, url);
  };
  const found = async () =>
    checkContainer({ container: await look("abc") }).map(
      ({ code, severity, what }) => `${severity} ${code}: ${what}`,
    );

  test("is read from Docker", async () => {
    Object.assign(seen, { mounts: "", log: "all is well\n" });
    expect(await look("abc")).toEqual({
      name: "ocis",
      environment: { A: "1=2", PROXY_OIDC_ISSUER: "" },
      lacksSettings: false,
      dataFileSystem: undefined,
    });
    expect(await look("gone")).toBeUndefined();
    expect(await look("abc", "https://other.test")).toBeUndefined();
    expect(await look("abc", undefined, "tcp://127.0.0.1:1")).toBeUndefined();
  });

  test("one that was recreated by hand is found by its name", async () => {
    const url = "https://ocis.company.test";
    const recreated = resource("gone", { name: "abc", envs: [`OCIS_URL=${url}`] });
    expect(await readContainer({ resources: [recreated] }, url)).toMatchObject({ name: "ocis" });
  });

  test("container-down: one that is stopped, paused, restarting or gone, and nothing of one that runs", async () => {
    const findings = await findStopped({
      resources: ["abc", "stopped", "paused", "restarting", "gone"].map((name) => resource(name, { name })),
    });
    expect(findings.map(({ what, fix }) => `${what}: ${fix}`)).toEqual([
      "container 'stopped' is stopped: run `docker start stopped`",
      "container 'paused' is paused: run `docker unpause paused`",
      "container 'restarting' stops again and again (7 restarts): read why in `docker logs restarting`",
      "container 'gone' is gone: run `pulumi up --refresh`, and `pulumi up` if that fails",
    ]);
    expect(new Set(findings.map(({ severity, code }) => `${severity} ${code}`))).toEqual(
      new Set(["error container-down"]),
    );
    const elsewhere = resource("stopped", { name: "stopped" }, "tcp://127.0.0.1:1");
    expect(await findStopped({ resources: [elsewhere] })).toEqual([]);
  });

  test("settings-missing: what oCIS itself logs after an upgrade", async () => {
    seen.log =
      "The WOPI secret has not been set properly in your config for collaboration. Make sure your /etc/ocis config contains " +
      "the proper values (e.g. by using 'ocis init --diff' and applying the patch or setting a value manually)\n";
    expect(await found()).toEqual([
      "error settings-missing: oCIS in container 'ocis' logs that its ocis.yaml lacks a setting of this version",
    ]);
    expect(await look("restarting")).toMatchObject({ lacksSettings: true, dataFileSystem: undefined });
    seen.log = "";
    expect(await found()).toEqual([]);
  });

  test.each(["nfs4", "cifs", "fuse.sshfs"])("data-on-network: files on %s", async (type) => {
    seen.mounts = `overlay / overlay rw 0 0\nserver:/ocis /var/lib/ocis ${type} rw,relatime 0 0\n`;
    expect(await found()).toEqual([
      `advice data-on-network: oCIS in container 'ocis' keeps its files on a network file system (${type})`,
    ]);
  });

  test("data-on-network isn't reported for disks", async () => {
    seen.mounts = "server:/home /home nfs4 rw 0 0\n/dev/sda1 /var/lib/ocis ext4 rw,relatime 0 0\n";
    expect(await found()).toEqual([]);
  });
});

/** What Docker answers, by the end of the path. */
const ANSWERS = ({ mounts, log }: { mounts: string; log: string }): [string, string | object][] => [
  [
    "/containers/abc/json",
    { Id: "abc", Name: "/ocis", State: { Running: true }, Config: { Env: ["A=1=2", "PROXY_OIDC_ISSUER="] } },
  ],
  ["/containers/stopped/json", { State: { Running: false } }],
  ["/containers/paused/json", { State: { Running: true, Paused: true } }],
  [
    "/containers/restarting/json",
    {
      ...{ Id: "restarting", Name: "/restarting", Config: {}, RestartCount: 7 },
      State: { Running: true, Restarting: true },
    },
  ],
  ["/containers/abc/logs", log],
  ["/containers/restarting/logs", log],
  ["/containers/abc/exec", { Id: "e" }],
  ["/exec/e/start", mounts],
  ["/exec/e/json", { ExitCode: 0 }],
];
