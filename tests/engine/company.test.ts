import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import type { Outcome } from "../support/engine";
import { type PocketIdUnderTest, pocketIdUnderTest } from "../support/pocket-id";
import { type ExampleCompany, exampleCompany, type Role } from "../support/example-company";

/** The life of one company's stack, step by step, on one server: each test goes on where the one before stopped. */
interface Group {
  id: string;
  name: string;
  friendlyName: string;
  customClaims: { key: string; value: string }[];
  users: { id: string }[];
}
type Client = Record<string, unknown> & { allowedUserGroups: { id: string }[] };

const DESKTOP = "xdXOt13JKxym1B1QcEncf2XDkLAexMBFwiT9j6EfhhHFJhs2KM9jbjTmf8JBXE69";
const IOS = "mxd5OQDk6es5LzOzRvidJNfXLUZS2oN3oUFeXPP8LpPrhx3UroJFduGEYIBOxkY1";
const ANDROID = "e4rAsNUSIUs0lF4nbv9FmCeUkTlV9GdgTLDH1b5uie7syb90SzEVrbN7HIpmWJeD";
const WEB = "ocis.company.test";

let server: PocketIdUnderTest;
let company: ExampleCompany;
let made: Outcome;
let outputs: Record<string, unknown>;

beforeAll(async () => {
  server = await pocketIdUnderTest();
  company = await exampleCompany(server);
});
afterAll(async () => {
  await company.remove();
  await server.close();
});

const groupIds = () => outputs["groupIds"] as Record<Role, string>;
const group = async (role: Role) =>
  (await server.call<Group>("GET", `/api/user-groups/${groupIds()[role]}`)).body;
const client = async (id: string) => (await server.call<Client>("GET", `/api/oidc/clients/${id}`)).body;
const editClient = async (id: string, edit: object) =>
  server.call("PUT", `/api/oidc/clients/${id}`, { ...(await client(id)), ...edit });

/** Everything of ours in Pocket ID that a hand edit could touch. */
async function everything() {
  const groups = await Promise.all((["admin", "spaceAdmin", "user", "guest"] as const).map(group));
  const clients = await Promise.all([WEB, DESKTOP, IOS, ANDROID].map(client));
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  return {
    groups: groups.map(({ id, name, friendlyName, customClaims, users }) => {
      return { id, name, friendlyName, customClaims, users: users.map((user) => user.id) };
    }),
    clients: clients.map(({ allowedUserGroups, callbackURLs, isPublic, isGroupRestricted, pkceEnabled }) => {
      const allowed = [...allowedUserGroups].sort(byId).map(({ id }) => id);
      return { allowed, callbackURLs, isPublic, isGroupRestricted, pkceEnabled };
    }),
  };
}

/** What `pulumi` prints below `Outputs:`. */
const outputsIn = (text: string) => /^Outputs:\n((?: .*\n)*)/m.exec(text)?.[1]?.trimEnd().split("\n") ?? [];

test("a preview shows what there will be, before anything is there", async () => {
  const { changes, text } = await company.stack.preview();
  expect(changes).toEqual({ create: 20 });
  expect(text).toMatch(/clientId *: "ocis\.company\.test"/);
  expect((await server.call("GET", `/api/oidc/clients/${WEB}`)).status).toBe(404);
});

test("one up makes all of it, and the next preview has nothing to do", async () => {
  made = await company.stack.up();
  outputs = await company.stack.outputs();
  expect(made.changes).toEqual({ create: 20 });
  expect(outputs).toMatchObject({
    clientId: WEB,
    ocisUrl: "https://ocis.company.test",
    nativeClientIds: { desktop: DESKTOP, ios: IOS, android: ANDROID },
    deployment: { target: "bundle", directory: company.bundle },
  });
  const shown = outputsIn(made.text);
  expect(shown).toContainEqual(expect.stringMatching(/^ {4}ocisUrl *: "https:\/\/ocis\.company\.test"$/));
  expect(shown.length).toBeLessThanOrEqual(24);
  expect(readdirSync(company.bundle).sort()).toEqual([".env", "compose.yaml", "csp.yaml"]);
  expect((await company.stack.preview()).changes).toEqual({ same: 20 });
});

test("each person would get exactly their role, and only members may log in", async () => {
  const claims = { admin: "ocisAdmin", spaceAdmin: "ocisSpaceAdmin", user: "ocisUser", guest: "ocisGuest" };
  for (const [role, value] of Object.entries(claims) as [Role, string][]) {
    for (const id of [WEB, IOS]) {
      const path = `/api/oidc/clients/${id}/preview/${company.people[role].id}?scopes=openid%20profile%20email`;
      const { body } = await server.call<{ userInfo: { roles: unknown } }>("GET", path);
      expect(body.userInfo.roles).toBe(value);
    }
  }
  const { clients } = await everything();
  for (const { allowed, isGroupRestricted, isPublic, pkceEnabled } of clients) {
    expect({ isGroupRestricted, isPublic, pkceEnabled }).toEqual({
      isGroupRestricted: true,
      isPublic: true,
      pkceEnabled: true,
    });
    expect(allowed).toEqual(Object.values(groupIds()).sort());
  }
});

test("refresh of an untouched company finds nothing", async () => {
  expect((await company.stack.refresh()).changes).toEqual({ same: 20 });
  expect((await company.stack.preview()).changes).toEqual({ same: 20 });
});

test("every kind of hand edit is shown by name, and repaired", async () => {
  const before = await everything();
  const { people, bundle, stack } = company;
  const ids = groupIds();
  await server.call("PUT", `/api/user-groups/${ids.admin}`, { name: "ocisAdmin", friendlyName: "Edited" });
  await server.call("PUT", `/api/user-groups/${ids.guest}`, {
    name: "renamed",
    friendlyName: "ocis guest group",
  });
  await server.call("PUT", `/api/custom-claims/user-group/${ids.user}`, [{ key: "roles", value: "user" }]);
  await server.call("PUT", `/api/custom-claims/user-group/${ids.spaceAdmin}`, []);
  await server.call("PUT", `/api/user-groups/${ids.admin}/users`, {
    userIds: [people.admin.id, people.user.id],
  });
  await server.call("PUT", `/api/user-groups/${ids.user}/users`, { userIds: [] });
  await editClient(DESKTOP, { callbackURLs: ["http://127.0.0.1:*", "https://evil.example/"] });
  await editClient(IOS, { isPublic: false, pkceEnabled: false });
  await editClient(ANDROID, { isGroupRestricted: false });
  await server.call("PUT", `/api/oidc/clients/${WEB}/allowed-user-groups`, { userGroupIds: [ids.admin] });
  appendFileSync(path.join(bundle, "csp.yaml"), "# edited\n");

  const edits: [string, string][] = [
    ["UserGroup ocis-admin", "friendlyName"],
    ["UserGroup ocis-guest", "name"],
    ["CustomClaims ocis-user", "claims"],
    ["CustomClaims ocis-spaceAdmin", "claims"],
    ["UserGroupMembers ocis-admin", "members"],
    ["UserGroupMembers ocis-user", "members"],
    ["OidcClient ocis-desktop", "callbackUrls"],
    ["OidcClient ocis-ios", "isPublic"],
    ["OidcClient ocis-android", "restricted"],
    ["OidcClient ocis-web", "allowedUserGroupIds"],
    ["LocalFiles ocis-bundle", "files"],
  ];
  const preview = await stack.preview({ refresh: true });
  expect(preview.changes).toEqual({ update: edits.length, same: 20 - edits.length });
  for (const [resource, property] of edits) {
    const line = new RegExp(`~ .*${resource} update.*\\[diff: .*~?${property}`);
    expect(preview.text).toMatch(line);
  }
  await stack.up({ refresh: true });
  expect(await everything()).toEqual(before);
  expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 20 });
});

test("what was deleted by hand is made again", async () => {
  const { bundle, stack } = company;
  await server.call("DELETE", `/api/user-groups/${groupIds().guest}`);
  await server.call("DELETE", `/api/oidc/clients/${DESKTOP}`);
  rmSync(path.join(bundle, ".env"));
  await stack.up({ refresh: true });
  outputs = await stack.outputs();
  const { groups, clients } = await everything();
  expect(groups[3]).toMatchObject({ name: "ocisGuest", users: [company.people.guest.id] });
  for (const { allowed } of clients) expect(allowed).toEqual(Object.values(groupIds()).sort());
  expect(existsSync(path.join(bundle, ".env"))).toBe(true);
  expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 20 });
});

test("another host keeps the web client and its ID, other callbacks; a chosen ID replaces it", async () => {
  const { stack } = company;
  await stack.setConfig({ "ocis-pocket-id:ocisHost": { value: "files.company.test" } });
  await stack.up();
  const moved = await stack.outputs();
  expect(moved["clientId"]).toBe(WEB);
  expect(moved["groupIds"]).toEqual(groupIds());
  expect(await client(WEB)).toMatchObject({ logoutCallbackURLs: ["https://files.company.test/"] });

  await stack.setConfig({ "ocis-pocket-id:webClientId": { value: "chosen-id" } });
  await stack.up();
  const replaced = await stack.outputs();
  expect(replaced["clientId"]).toBe("chosen-id");
  const environment = readFileSync(path.join(company.bundle, ".env"), "utf8");
  expect(environment).toContain("WEB_OIDC_CLIENT_ID=chosen-id\n");
  expect((await server.call("GET", `/api/oidc/clients/${WEB}`)).status).toBe(404);
});

test("neither state nor output holds the API key in clear", () => {
  expect(company.stack.state()).not.toContain(server.apiKey);
  expect(made.text + JSON.stringify(outputs)).not.toContain(server.apiKey);
});

test("destroy leaves nothing of ours", async () => {
  await company.stack.destroy();
  for (const id of Object.values(groupIds())) {
    expect((await server.call("GET", `/api/user-groups/${id}`)).status).toBe(404);
  }
  for (const id of ["chosen-id", DESKTOP, IOS, ANDROID]) {
    expect((await server.call("GET", `/api/oidc/clients/${id}`)).status).toBe(404);
  }
  expect(existsSync(company.bundle)).toBe(false);
});
