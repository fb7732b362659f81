import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { type Answer, caller } from "../support/pocket-id";

interface Named {
  id: string;
  name: string;
}

const running: Emulator[] = [];
async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  const server = await startEmulator(options);
  running.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/** Makes a call that the test only needs to succeed. */
async function ok<Body>(answer: Promise<Answer<Body>>): Promise<Body> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

describe("the emulator", () => {
  test("listens where it says, and names the issuer as asked", async () => {
    const plain = await start();
    expect(plain.issuer).toBe(`http://localhost:${new URL(plain.url).port}`);
    const named = await start({ issuer: "https://id.example.com" });
    const discovery = await caller(named)("GET", "/.well-known/openid-configuration");
    expect(discovery.body).toMatchObject({ issuer: "https://id.example.com" });
  });

  test("finds nothing by an ID that isn't encoded correctly", async () => {
    expect((await caller(await start())("GET", "/api/users/%zz")).status).toBe(404);
  });

  test("says which port is taken", async () => {
    const { port } = new URL((await start()).url);
    await expect(startEmulator({ port: Number(port) })).rejects.toThrow("EADDRINUSE");
  });

  test("records every call in order of arrival, and never the key", async () => {
    const server = await start({ apiKey: "a-key-that-must-not-be-recorded" });
    const call = caller(server);
    await call("GET", "/api/user-groups?search=x");
    await call("POST", "/api/user-groups", { name: "ab", friendlyName: "Ab" });
    await call("GET", "/api/nothing-here");
    expect(server.requests).toEqual([
      { method: "GET", path: "/api/user-groups", query: "search=x", status: 200 },
      {
        method: "POST",
        path: "/api/user-groups",
        query: "",
        status: 201,
        body: { name: "ab", friendlyName: "Ab" },
      },
      { method: "GET", path: "/api/nothing-here", query: "", status: 404 },
    ]);
    expect(JSON.stringify(server.requests)).not.toContain(server.apiKey);
  });

  test("takes a new key in place of the old one", async () => {
    const server = await start({ apiKey: "the-old-key-0123456789" });
    const old = caller({ url: server.url, apiKey: server.apiKey });
    server.rotateApiKey("the-new-key-0123456789");
    expect((await old("GET", "/api/users/me")).status).toBe(401);
    expect((await caller(server)("GET", "/api/users/me")).status).toBe(200);
  });

  test("lets a key of no admin do little", async () => {
    const extraApiKeys = [
      { key: "plain-key-0123456789", admin: false },
      { key: "admin-key-0123456789", admin: true },
    ];
    const { url } = await start({ extraApiKeys });
    const plain = caller({ url, apiKey: "plain-key-0123456789" });
    expect(await plain("GET", "/api/users/me")).toMatchObject({ status: 200, body: { isAdmin: false } });
    expect((await plain("GET", "/api/version/current")).status).toBe(200);
    const refusal = { status: 403, body: { error: "You don't have permission to perform this action" } };
    expect(await plain("GET", "/api/user-groups")).toMatchObject(refusal);
    expect((await caller({ url, apiKey: "admin-key-0123456789" })("GET", "/api/user-groups")).status).toBe(
      200,
    );
  });

  test("refuses the key of a disabled user", async () => {
    const server = await start({ extraApiKeys: [{ key: "plain-key-0123456789", admin: true }] });
    const plain = caller({ url: server.url, apiKey: "plain-key-0123456789" });
    const { body: owner } = await plain<{ id: string; username: string; email: string }>(
      "GET",
      "/api/users/me",
    );
    await ok(caller(server)("PUT", `/api/users/${owner.id}`, { ...owner, isAdmin: true, disabled: true }));
    expect(await plain("GET", "/api/users/me")).toMatchObject({
      status: 403,
      body: { error: "User account is disabled" },
    });
  });

  test("makes the user of the static key anew when it is deleted, by another name", async () => {
    const call = caller(await start());
    const before = await ok(call<{ id: string; username: string }>("GET", "/api/users/me"));
    await ok(call("DELETE", `/api/users/${before.id}`));
    const after = await ok(call<{ id: string; username: string }>("GET", "/api/users/me"));
    expect(after.id).toBe(before.id);
    expect(after.username).not.toBe(before.username);
  });

  test("adds people past the API", async () => {
    const server = await start();
    const call = caller(server);
    const group = await ok(call<Named>("POST", "/api/user-groups", { name: "staff", friendlyName: "Staff" }));
    server.requests.length = 0;
    const { id } = server.addUser({ username: "alice", isAdmin: true, groups: ["staff", "nothing"] });
    expect(server.requests).toEqual([]);
    expect((await call("GET", `/api/users/${id}`)).body).toMatchObject({
      username: "alice",
      email: "alice@example.com",
      isAdmin: true,
      userGroups: [{ id: group.id }],
    });
  });

  test("moves a group's time of creation when a user's groups are set, as the real one does", async () => {
    const server = await start();
    const call = caller(server);
    const group = await ok(
      call<Named & { createdAt: string }>("POST", "/api/user-groups", { name: "gg", friendlyName: "Gg" }),
    );
    const { id } = server.addUser({ username: "alice" });
    await new Promise((resolve) => setTimeout(resolve, 1050));
    await ok(call("PUT", `/api/users/${id}/user-groups`, { userGroupIds: [group.id] }));
    const { createdAt } = await ok(call<{ createdAt: string }>("GET", `/api/user-groups/${group.id}`));
    expect(Date.parse(createdAt)).toBeGreaterThan(Date.parse(`${group.createdAt.slice(0, 19)}Z`));
  });

  test("keeps LDAP's groups from changes, but for members, claims and clients", async () => {
    const call = caller(await start({ ldapGroups: ["from-ldap"] }));
    const { data } = await ok(call<{ data: (Named & { ldapId: string })[] }>("GET", "/api/user-groups"));
    const [group] = data;
    expect(group).toMatchObject({ name: "from-ldap", ldapId: expect.any(String) as string });
    const path = `/api/user-groups/${group?.id ?? ""}`;
    const refusal = { status: 403, body: { error: "LDAP user groups can't be updated" } };
    expect(await call("PUT", path, { name: "other", friendlyName: "Other" })).toMatchObject(refusal);
    expect(await call("DELETE", path)).toMatchObject(refusal);
    expect((await call("PUT", `${path}/users`, { userIds: [] })).status).toBe(200);
    expect((await call("PUT", `${path}/allowed-oidc-clients`, { oidcClientIds: [] })).status).toBe(200);
    const claims = [{ key: "roles", value: "x" }];
    expect((await call("PUT", `/api/custom-claims/user-group/${group?.id ?? ""}`, claims)).status).toBe(200);
  });

  test("ignores changes to LDAP's users but for the language", async () => {
    const server = await start({ ldapGroups: ["from-ldap"] });
    const call = caller(server);
    const { id } = server.addUser({ username: "alice", ldapId: "uid=alice" });
    const change = { username: "bob", email: "bob@example.com", locale: "de" };
    expect((await call("PUT", `/api/users/${id}`, change)).status).toBe(200);
    expect((await call("GET", `/api/users/${id}`)).body).toMatchObject({ username: "alice", locale: "de" });
  });

  test("serves a page elsewhere than below /api", async () => {
    const response = await fetch(`${(await start()).url}/settings`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/html");
  });
});

describe("the emulator's data file", () => {
  const directory = mkdtempSync(join(tmpdir(), "pocket-id-"));
  const dataFile = join(directory, "state.json");
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  test("keeps everything from one start to the next, and no key", async () => {
    const first = await start({ dataFile });
    const call = caller(first);
    const group = await ok(call<Named>("POST", "/api/user-groups", { name: "staff", friendlyName: "Staff" }));
    const client = await ok(
      call<Named>("POST", "/api/oidc/clients", { name: "web", id: "web", isGroupRestricted: true }),
    );
    await ok(call("PUT", `/api/oidc/clients/${client.id}/allowed-user-groups`, { userGroupIds: [group.id] }));
    await ok(call("PUT", `/api/custom-claims/user-group/${group.id}`, [{ key: "roles", value: "x" }]));
    first.addUser({ username: "alice", groups: ["staff"] });
    const paths = [`/api/user-groups/${group.id}`, "/api/oidc/clients/web", "/api/users"];
    const before = await Promise.all(paths.map((path) => ok(call("GET", path))));
    await first.close();

    const second = caller(await start({ dataFile }));
    expect(await Promise.all(paths.map((path) => ok(second("GET", path))))).toEqual(before);
    expect(readFileSync(dataFile, "utf8")).not.toContain(first.apiKey);
  });
});
