import { containerStarted, servicePreflight } from "@ocis-pocket-id/components/handlers";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createListener } from "node:net";
import { operate, UNKNOWN } from "../../support/operate";

const OWNER = "io.github.ocis-pocket-id.owner";
const owner = "shop/prod/pocket-id";

/** What the pretended Docker answers, by path: values in turn, the last one again; 404 for all else. */
let answers: Record<string, unknown[]>;
let server: Server;
let docker: { host: string };

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "").replace(/\?.*/, "");
    const known = answers[path];
    const answer = known && known.length > 1 ? known.shift() : known?.[0];
    response.writeHead(answer === undefined ? 404 : 200);
    response.end(
      typeof answer === "string" ? answer : JSON.stringify(answer ?? { message: "no such thing" }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  docker = { host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` };
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  answers = { "/containers/json": [[]], "/images/pocket-id:2/json": [{ Id: "sha256:1" }] };
});

const printed = () => jest.mocked(console.error).mock.calls.map(([line]) => String(line));

describe("before a service starts", () => {
  const handler = operate(servicePreflight, {});
  const args = () => ({ docker, owner, containerName: "pocket-id", image: "pocket-id:2" });
  const reasons = async (changes: object, olds = {}) =>
    (await handler.check({ ...args(), ...changes }, olds)).failures.map(({ reason }) => reason);
  const volume = (Labels: object | null) => ({ "/volumes/data": [{ Name: "data", Labels }] });

  test("a port that a container has is refused", async () => {
    const Ports = [{ IP: "0.0.0.0", PublicPort: 443, Type: "tcp" }];
    answers["/containers/json"] = [[{ Id: "1", Names: ["/traefik"], Ports }]];
    expect(await reasons({ ports: [{ ip: "0.0.0.0", port: 443 }] })).toEqual([
      "port 0.0.0.0:443 is taken by container 'traefik': stop that, or listen on another address (`listen`)",
    ]);
  });

  test("the range of an existing network is found, kept without Docker, and needed at up", async () => {
    const Config = [{ Subnet: "fd00::/64" }, { Subnet: "172.30.0.0/16" }];
    const inputs = { ...args(), network: "web" };
    expect((await handler.check(inputs)).inputs).not.toHaveProperty("subnet");
    await expect(handler.create(inputs)).rejects.toThrow("network 'web' does not exist: create it with");
    answers["/networks/web"] = [{ Name: "web", IPAM: { Config } }];
    const { inputs: checked } = await handler.check(inputs);
    expect(checked).toMatchObject({ subnet: "172.30.0.0/16" });
    delete answers["/networks/web"];
    expect((await handler.check(inputs, checked)).inputs).toMatchObject({ subnet: "172.30.0.0/16" });
    const moved = await handler.check({ ...inputs, network: "other" }, checked);
    expect(moved.inputs).not.toHaveProperty("subnet");
  });

  test("a volume without its key is refused, unless the key is given", async () => {
    const encrypted = { encryptedVolume: "data", key: UNKNOWN };
    expect(await reasons(encrypted)).toEqual([]);
    for (const [labels, whose] of [
      [{ [OWNER]: owner }, "exists already"],
      [null, "exists already"],
      [{ [OWNER]: "shop/test/pocket-id" }, "belongs to shop/test/pocket-id"],
    ] as const) {
      Object.assign(answers, volume(labels));
      expect(await reasons(encrypted)).toEqual([
        `volume 'data' ${whose}, and this stack doesn't have the key of what is in it: set pocketIdEncryptionKey (with ` +
          "--secret) to that key, or delete the accounts in it with `docker volume rm data`",
      ]);
    }
    expect(await reasons({ encryptedVolume: "data", keyIsGiven: true })).toEqual([]);
    expect(printed()).toEqual(["takes over volume 'data' with the accounts in it"]);
  });

  test("its own volume is fine with the key in state; that of others isn't", async () => {
    Object.assign(answers, volume({ [OWNER]: owner }));
    expect(await reasons({ encryptedVolume: "data", key: "generated" })).toEqual([]);
    Object.assign(answers, volume(null));
    expect(await reasons({ encryptedVolume: "data", key: "generated" })).toHaveLength(1);
  });

  test("another host is warned of once there are passkeys; nothing else changes", async () => {
    const before = { ...args(), passkeyHost: "a.test" };
    expect(await reasons({ passkeyHost: "a.test" }, before)).toEqual([]);
    expect(printed()).toEqual([]);
    expect(await reasons({ passkeyHost: "b.test" }, before)).toEqual([]);
    expect(printed()).toEqual([
      "warning: passkeys are bound to a.test: at b.test none of them works, and everybody needs a new link and a new passkey",
    ]);
  });

  test("a Docker that doesn't answer is one problem for all services together", async () => {
    const closed = createListener();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const nowhere = { docker: { host: `tcp://127.0.0.1:${port}` } };
    expect(await reasons(nowhere)).toEqual([expect.stringContaining("Docker is not reachable")]);
    expect(await reasons(nowhere)).toEqual([]);
  });
});

describe("waiting for a container", () => {
  const handler = operate(containerStarted, {});
  const state = (RestartCount: number, Running = true, StartedAt = "2026-01-01T00:00:00Z") => {
    return { RestartCount, State: { Running, Restarting: !Running, StartedAt } };
  };
  const start = (...states: object[]) => {
    answers["/containers/pocket-id/json"] = states;
    return handler.create({ docker, container: "pocket-id" });
  };
  const log = (...lines: string[]) => (answers["/containers/pocket-id/logs"] = [lines.join("\n")]);
  const error = (text: string) => `Nov 28 02:50:47 ERR Failed to run pocket-id error="${text}"`;

  test("ends when it has run for a moment, whatever was before", async () => {
    log(error("it appears that there's already one instance of Pocket ID running"));
    const entry = await start(state(5, false), state(5, true, new Date().toISOString()), state(5));
    expect(await handler.refresh(entry)).toMatchObject({ outputs: entry.outputs });
  });

  test("fails at once if it stops again and again, with its last words but no secrets", async () => {
    log(
      "Nov 28 02:50:46 INF Request path=/lc/one-time-token",
      error("failed to decrypt data"),
      error("failed to decrypt data, STATIC_API_KEY=very-secret"),
      error("failed to decrypt data"),
    );
    await expect(start(state(3, false))).rejects.toThrow(
      "container 'pocket-id' stops again and again (3 restarts): its volume was made with another key: set " +
        "pocketIdEncryptionKey (with --secret) to that key, or delete the accounts with `docker volume rm`; then run " +
        '`pulumi up` again. (end of its log: ERR Failed to run pocket-id error="failed to decrypt data" | ' +
        'ERR Failed to run pocket-id error="failed to decrypt data, STATIC_API_KEY=[hidden]',
    );
  });

  test("shows the errors of a Caddy that gets no certificate", async () => {
    log('{"level":"error","logger":"tls.obtain","msg":"will retry","error":"no valid A records"}');
    answers["/containers/proxy/json"] = [state(0)];
    answers["/containers/proxy/logs"] = answers["/containers/pocket-id/logs"] ?? [];
    const check = ["ls", "certificate"];
    await expect(handler.create({ docker, container: "proxy", check, timeoutSeconds: 1 })).rejects.toThrow(
      /isn't ready after \d seconds \(end of its log: will retry: no valid A records\)/,
    );
  });

  test("a container that is gone is an error", async () => {
    await expect(handler.create({ docker, container: "gone" })).rejects.toThrow(
      "'gone' is gone: run `pulumi up`",
    );
  });
});
