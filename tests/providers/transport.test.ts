import { type AddressInfo, createServer } from "node:net";
import { PocketId } from "../../providers/pocket-id/client";
import { AuthenticationError, ForbiddenError } from "../../providers/pocket-id/errors";
import { RETRY } from "../../providers/pocket-id/errors";
import { cut, hang, json, type Reply, type ScriptedServer, scriptedServer } from "../support/scripted-server";
import { withoutWaits } from "../support/without-waits";

withoutWaits();

const KEY = "very-secret-key";
const GROUP = { id: "g1", name: "team", friendlyName: "Team", customClaims: [] };
const FULL = { ...GROUP, users: [] };

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
});
afterEach(() => server.close());

const connect = (timeoutMs = 5_000, notice: (line: string) => void = () => undefined) =>
  new PocketId({ url: server.url, apiKey: KEY, timeoutMs }, notice);

const failureOf = async (operation: Promise<unknown>) => {
  const error: unknown = await operation.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error("the operation did not fail");
  return error;
};

describe("a GET, PUT or DELETE", () => {
  test.each<[string, Reply]>([
    ["502", json(502, {})],
    ["503", json(503, {}, { "Retry-After": "0" })],
    ["504", json(504, {})],
    ["a cut connection", cut],
  ])("is made again after %s", async (_failure, reply) => {
    server.script.push(reply, json(200, FULL));
    await expect(connect().findGroupWithMembers("g1")).resolves.toMatchObject({ name: "team" });
    expect(server.requests).toHaveLength(2);
  });

  test("is given up after the last wait", async () => {
    server.script.push(
      ...Array.from({ length: RETRY.waitsMs.length + 1 }, () => json(503, { error: "down" })),
    );
    const error = await failureOf(connect().setClaims("user", "u1", []));
    expect(error.message).toBe(`PUT ${server.url}/api/custom-claims/user/u1: HTTP 503, down`);
    expect(server.requests).toHaveLength(RETRY.waitsMs.length + 1);
  });
});

describe("a POST", () => {
  test.each<[string, Reply]>([
    ["502", json(502, {})],
    ["500", json(500, {})],
    ["a cut connection", cut],
  ])("is never repeated after %s", async (_failure, reply) => {
    server.script.push(reply);
    await failureOf(connect().createGroup(GROUP));
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ["0", 1_000],
    ["-5", 1_000],
    ["", 1_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 1_000],
    ["0.2", 200],
  ])("waits after a 429 with Retry-After '%s'", async (header, atLeast) => {
    server.script.push(json(429, {}, { "Retry-After": header }), json(201, GROUP));
    const started = Date.now();
    await connect().createGroup(GROUP);
    expect(Date.now() - started).toBeGreaterThanOrEqual(atLeast - 5);
  });

  test("is repeated after 429, for then nothing was done", async () => {
    const notices: string[] = [];
    server.script.push(json(429, {}, { "Retry-After": "0" }), json(201, GROUP));
    const pocketId = connect(5_000, (line) => notices.push(line));
    await expect(pocketId.createGroup(GROUP)).resolves.toMatchObject({ id: "g1" });
    expect(notices).toEqual([expect.stringContaining("waiting for Pocket ID's rate limit")]);
  });
});

test("a redirect is refused: the key does not follow it", async () => {
  server.script.push((_request, response) =>
    response.writeHead(302, { Location: "http://127.0.0.1:1/" }).end(),
  );
  const error = await failureOf(connect().findGroupWithMembers("g1"));
  expect(error.message).toContain(
    "HTTP 302, but the answer isn't Pocket ID's (location: http://127.0.0.1:1/). Is this the address of Pocket ID?",
  );
});

const page =
  (status: number, headers: Record<string, string>, body = "<html>wait</html>"): Reply =>
  (_request, response) => {
    response.writeHead(status, { "Content-Type": "text/html", ...headers }).end(body);
  };

test.each<[string, Reply, string]>([
  [
    "a challenge page",
    page(403, { Server: "cloudflare", "CF-Ray": "8c1-ZRH", "CF-Mitigated": "challenge" }),
    "HTTP 403, but the answer isn't Pocket ID's (cf-mitigated: challenge, cf-ray: 8c1-ZRH, server: cloudflare)",
  ],
  [
    "forward auth",
    page(302, { Location: "https://u:p@auth.company.test/login?rd=secret#x", Via: "1.1 Caddy" }),
    "HTTP 302, but the answer isn't Pocket ID's (location: https://auth.company.test/login, via: 1.1 Caddy)",
  ],
  [
    "basic auth",
    json(
      401,
      { error: "Unauthorized" },
      { "WWW-Authenticate": 'Basic realm="x", nonce=secret', Server: "nginx" },
    ),
    `HTTP 401, but the answer isn't Pocket ID's (www-authenticate: Basic realm="x", server: nginx)`,
  ],
  [
    "a 401 in plain text",
    page(401, { "Content-Type": "text/plain" }, "401 Unauthorized"),
    "HTTP 401, but the answer isn't Pocket ID's (no header names the sender)",
  ],
  [
    "a 404 of a web server",
    page(404, { Server: "Apache" }),
    "HTTP 404, but the answer isn't Pocket ID's (server: Apache)",
  ],
  [
    "a tunnel without an end",
    page(530, { Server: "cloudflare" }),
    "HTTP 530, but the answer isn't Pocket ID's (server: cloudflare)",
  ],
  [
    "a login page",
    page(200, { Server: "nginx" }),
    "HTTP 200, but the answer isn't Pocket ID's (server: nginx)",
  ],
])(
  "%s is told from Pocket ID's own answer, with its sender and the next step",
  async (_what, reply, message) => {
    server.script.push(reply);
    const error = await failureOf(connect().deleteGroup("g1"));
    expect(error.message).toContain(message);
    expect(error.message).toContain("exclude /api there, or set pocketid:url");
    expect(error.message).not.toContain("secret");
    expect(error.message).not.toContain("API key is wrong");
    expect(error).not.toBeInstanceOf(AuthenticationError);
  },
);

test("Pocket ID's own 401 and 403 behind Cloudflare stay its own", async () => {
  const headers = { Server: "cloudflare", "CF-Ray": "8c1-ZRH" };
  server.script.push(
    json(401, { error: "You are not signed in" }, headers),
    json(403, { error: "no" }, headers),
  );
  expect(await failureOf(connect().deleteGroup("g1"))).toBeInstanceOf(AuthenticationError);
  expect(await failureOf(connect().deleteGroup("g1"))).toBeInstanceOf(ForbiddenError);
});

test("a web page is not Pocket ID's answer", async () => {
  server.script.push((_request, response) => response.end("<html>welcome</html>"));
  const error = await failureOf(connect().findGroupWithMembers("g1"));
  expect(error.message).toContain("the answer isn't what Pocket ID returns");
});

test.each([
  ["a deletion", (pocketId: PocketId) => pocketId.deleteGroup("g1")],
  ["the list of a client", (pocketId: PocketId) => pocketId.setAllowedGroups("c1", [])],
  ["the list of a group", (pocketId: PocketId) => pocketId.setAllowedClients("g1", [])],
])("a web page does not mean that %s was done", async (_what, write) => {
  server.script.push((_request, response) => response.end("<html>welcome</html>"));
  const error = await failureOf(write(connect()));
  expect(error.message).toContain("the answer isn't what Pocket ID returns");
});

test("an answer without a needed field is named", async () => {
  server.script.push(json(200, { ...FULL, name: undefined }));
  const error = await failureOf(connect().findGroupWithMembers("g1"));
  expect(error.message).toContain("'name' isn't what Pocket ID returns");
});

test("a server that hangs is given up, bounded in time", async () => {
  server.script.push(hang);
  const error = await failureOf(connect(100).createGroup(GROUP));
  expect(error.message).toBe(`POST ${server.url}/api/user-groups: no answer within 0.1 seconds`);
});

test("a server that is not there is named", async () => {
  await server.close();
  const error = await failureOf(connect().findGroupWithMembers("g1"));
  expect(error.message).toContain(`GET ${server.url}/api/users/me: not reachable (ECONNREFUSED)`);
});

test("a server that breaks every connection is tried no more often for many who ask than for one", async () => {
  let connections = 0;
  const broken = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
  const { port } = broken.address() as AddressInfo;
  const pocketId = new PocketId(
    { url: `http://127.0.0.1:${port}`, apiKey: KEY, timeoutMs: 5_000 },
    () => undefined,
  );
  for (let asked = 0; asked < 5; asked += 1) {
    expect((await failureOf(pocketId.findGroupWithMembers("g1"))).message).toContain("not reachable");
  }
  expect(connections).toBe(RETRY.waitsMs.length + 1);
  broken.close();
});

test("no error holds the key, whatever is printed of it", async () => {
  server.script.push(json(400, { error: "no" }), cut);
  const pocketId = connect();
  for (const error of [
    await failureOf(pocketId.createGroup(GROUP)),
    await failureOf(pocketId.createGroup(GROUP)),
  ]) {
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(KEY);
    expect(JSON.stringify(error.cause ?? null)).not.toContain(KEY);
  }
});

test("reads that come together are answered by one listing", async () => {
  const groups = Array.from({ length: 100 }, (_, index) => ({
    ...GROUP,
    id: `g${index}`,
    name: `team${index}`,
  }));
  server.script.push(json(200, { data: groups, pagination: { totalPages: 1 } }));
  const pocketId = connect();
  const found = await Promise.all(groups.map(({ id }) => pocketId.findGroup(id)));
  expect(found.map((group) => group?.name)).toEqual(groups.map(({ name }) => name));
  expect(server.requests).toHaveLength(1);
});

test("a list too long to read for one object is not read", async () => {
  server.script.push(json(200, { data: [], pagination: { totalPages: 50 } }), json(200, FULL));
  await expect(connect().findGroup("g1")).resolves.toMatchObject({ name: "team" });
  expect(server.requests).toEqual([expect.stringContaining("page]=1"), "GET /api/user-groups/g1"]);
});
