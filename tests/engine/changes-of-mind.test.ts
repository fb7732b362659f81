import { OcisWithPocketId, type OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import * as path from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { engineStack, type EngineStack } from "../support/engine";

/** What a program declares now; a test changes its mind. */
let declared: { name: string; args: Partial<OcisWithPocketIdArgs>; options?: ComponentResourceOptions };
let server: Emulator;
let stack: EngineStack;

const open = async (ldapGroups: readonly string[] = []) => {
  server = await startEmulator({ ldapGroups });
  stack = await engineStack("changes-of-mind", () => {
    const { name, args, options } = declared;
    const target = { type: "bundle", directory: path.join(stack.directory, "bundle") } as const;
    const hosts = { domain: "company.test", issuer: server.issuer };
    const { groupIds, clientId } = new OcisWithPocketId(name, { ...hosts, target, ...args }, options);
    return Promise.resolve({ groupIds, clientId });
  });
  await stack.setConfig({
    "pocketid:url": { value: server.url },
    "pocketid:apiKey": { value: server.apiKey, secret: true },
  });
};
afterEach(async () => {
  await stack.remove();
  await server.close();
});

interface Group {
  id: string;
  name: string;
  customClaims: { key: string; value: string }[];
  users: unknown[];
}
const groups = async () => {
  const headers = { "X-API-KEY": server.apiKey };
  const answer = await fetch(`${server.url}/api/user-groups?pagination[limit]=100`, { headers });
  return ((await answer.json()) as { data: Group[] }).data;
};
const writes = () =>
  server.requests.filter(({ method }) => method !== "GET").map(({ method, path: at }) => `${method} ${at}`);

test("a component that is renamed with an alias keeps everything, and writes nothing", async () => {
  await open();
  declared = { name: "ocis", args: {} };
  const { changes } = await stack.up();
  server.requests.length = 0;
  declared = { name: "files", args: {}, options: { aliases: [{ name: "ocis" }] } };
  const renamed = await stack.up();
  // The files of the bundle name the component.
  expect(renamed.changes).toEqual({ same: (changes["create"] ?? 0) - 1, update: 1 });
  expect(writes()).toEqual([]);
});

test("renamed hosts, groups and claims keep their IDs", async () => {
  await open();
  declared = { name: "ocis", args: {} };
  await stack.up();
  const before = await stack.outputs();
  declared.args = {
    ocisHost: "files.company.test",
    claimKey: "files_role",
    groups: { user: { name: "staff", friendlyName: "Staff" } },
  };
  const { changes } = await stack.up();
  const after = await stack.outputs();
  expect(after["groupIds"]).toEqual(before["groupIds"]);
  expect(after["clientId"]).toBe(before["clientId"]);
  expect(changes).not.toHaveProperty("replace");
  const staff = (await groups()).find(({ name }) => name === "staff");
  expect(staff?.customClaims).toEqual([{ key: "files_role", value: "ocisUser" }]);
  expect(Object.keys((await stack.preview({ refresh: true })).changes)).toEqual(["same"]);
});

test("what is protected is not deleted, neither by destroy nor by leaving it out", async () => {
  await open();
  declared = { name: "ocis", args: { protect: true } };
  await stack.up();
  const there = await groups();
  expect(await stack.failureOf(stack.destroy())).toContain("protected");
  declared = { name: "ocis", args: { protect: true, nativeClients: "none" } };
  expect(await stack.failureOf(stack.up())).toMatch(
    /OidcClient::ocis-ios" cannot be deleted\s+because it is protected/,
  );
  expect(await groups()).toEqual(there);
  declared = { name: "ocis", args: { protect: false } };
  await stack.up();
  await stack.destroy();
  expect(await groups()).toEqual([]);
});

describe("a group that Pocket ID takes from LDAP", () => {
  test("is used for a role, gets its claim, and is otherwise not written", async () => {
    await open(["it-staff"]);
    const [{ id } = { id: "" }] = await groups();
    declared = { name: "ocis", args: { groups: { admin: { existing: "it-staff" } } } };
    await stack.up();
    expect(((await stack.outputs())["groupIds"] as Record<string, string>)["admin"]).toBe(id);
    expect(writes().filter((write) => write.includes(id))).toEqual([
      `PUT /api/custom-claims/user-group/${id}`,
    ]);
    expect((await stack.preview({ refresh: true })).changes).not.toHaveProperty("update");
    await stack.destroy();
    expect((await groups()).map(({ name, customClaims }) => ({ name, customClaims }))).toEqual([
      { name: "it-staff", customClaims: [] },
    ]);
  });

  test("has its members in LDAP: others are refused, with the reason", async () => {
    await open(["it-staff"]);
    server.addUser({ username: "alice" });
    declared = {
      name: "ocis",
      args: { groups: { admin: { existing: "it-staff" } }, members: { admin: ["alice"] } },
    };
    expect(await stack.failureOf(stack.up())).toContain(
      "user group 'it-staff' comes from LDAP, whose next sync would undo this: change its members in LDAP",
    );
    expect((await groups()).find(({ name }) => name === "it-staff")?.users ?? []).toEqual([]);
  });

  test("can be adopted as it is, and never renamed", async () => {
    await open(["it-staff"]);
    declared = {
      name: "ocis",
      args: { adopt: "ifExists", groups: { admin: { name: "it-staff", friendlyName: "IT" } } },
    };
    expect(await stack.failureOf(stack.up())).toContain("comes from LDAP, where its names must be changed");
    declared.args = { adopt: "ifExists", groups: { admin: { name: "it-staff", friendlyName: "it-staff" } } };
    await stack.up();
    expect((await stack.preview({ refresh: true })).changes).not.toHaveProperty("update");
  });
});
