import { checkEnvironment, checkLoginSettings } from "../../cli/doctor/checks/environment";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { liveEnvironment } from "../../cli/doctor/collect/container";
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
  "environment-overridden: advice that names the variable; --show-values (%j) shows what is no secret",
  (showValues, first, second) => {
    const findings = checkEnvironment(overridden, showValues);
    const what = "another value than this package does";
    expect(ofKind("environment-overridden", findings)).toEqual([
      `the stack gives OCIS_INSECURE ${what}${first}`,
      `the stack gives OCIS_OIDC_ISSUER ${what}${second}`,
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
  [{ OCIS_OIDC_ISSUER: "https://id.company.test/" }, ["OCIS_OIDC_ISSUER is not 'https://id.company.test'"]],
  [{ PROXY_OIDC_ISSUER: "https://other.test" }, ["PROXY_OIDC_ISSUER is not 'https://id.company.test'"]],
  [{ PROXY_OIDC_ISSUER: "" }, ["PROXY_OIDC_ISSUER is not 'https://id.company.test'"]],
  [{ PROXY_ROLE_ASSIGNMENT_DRIVER: "default" }, ["PROXY_ROLE_ASSIGNMENT_DRIVER is not 'oidc'"]],
  [{ PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM: "groups" }, ["PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM is not 'roles'"]],
  [{ PROXY_OIDC_SKIP_USER_INFO: "T" }, ["PROXY_OIDC_SKIP_USER_INFO is true"]],
])("environment-breaks-logins: %j", (changes, expected) => {
  const findings = checkLoginSettings({ ...OURS, ...changes }, LOGIN, "the stack", "");
  expect(ofKind("environment-breaks-logins", findings)).toEqual(
    expected.map((text) => `in the stack ${text}`),
  );
});

test("the running container's variables are read from Docker", async () => {
  const server = http.createServer((request, response) => {
    const isThere = request.url?.endsWith("/containers/abc/json") === true;
    const body = isThere
      ? { Id: "abc", Config: { Env: ["A=1=2", "PROXY_OIDC_ISSUER="] } }
      : { message: "none" };
    response.writeHead(isThere ? 200 : 404, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const container = (id: string) => ({
    ...{ urn: "urn:x", type: "docker:index/container:Container", name: "x", id, outputs: {} },
    ...{ inputs: { envs: ["OCIS_URL=https://ocis.company.test"] }, secrets: new Set<string>() },
    ...{ handler: undefined, provider: { host } },
  });
  const read = (id: string, url = "https://ocis.company.test") =>
    liveEnvironment({ resources: [container(id)] }, url);
  try {
    expect(await read("abc")).toEqual({ A: "1=2", PROXY_OIDC_ISSUER: "" });
    expect(await read("gone")).toBeUndefined();
    expect(await read("abc", "https://other.test")).toBeUndefined();
  } finally {
    server.close();
    server.closeAllConnections();
  }
  expect(await read("abc")).toBeUndefined();
});
