import { customClaims, userGroup, userGroupMembers } from "@ocis-pocket-id/providers/handlers";
import { type Emulator, startEmulator } from "../../emulator";
import { noticesOf } from "../support/notices";
import { anotherProcess, operate, UNKNOWN } from "../support/operate";
import { caller } from "../support/pocket-id";

/** Groups that Pocket ID takes from LDAP: it refuses to rename or delete them, and LDAP overwrites their members. */
interface Group {
  id: string;
  name: string;
  users: { id: string }[];
  customClaims: unknown[];
}

let server: Emulator;
let group: ReturnType<typeof operate>;
let members: ReturnType<typeof operate>;
let claims: ReturnType<typeof operate>;

const call = <T>(method: string, path: string) => caller(server)<T>(method, path);
const find = async (name: string) => {
  const { body } = await call<{ data: Group[] }>("GET", "/api/user-groups");
  const id = body.data.find((one) => one.name === name)?.id;
  return id === undefined ? undefined : (await call<Group>("GET", `/api/user-groups/${id}`)).body;
};
const anew = () => {
  const process = anotherProcess(server);
  group = operate(userGroup, process);
  members = operate(userGroupMembers, process);
  claims = operate(customClaims, process);
};

describe.each(["2.9", "2.14"] as const)("Pocket ID %s", (version) => {
  // A handler remembers the names that it has seen in state.
  const staff = `it-staff-${version}`;
  const names = { name: staff, friendlyName: staff };
  const RENAMED = `user group '${staff}' comes from LDAP, where its names must be changed: set name '${staff}' and friendlyName '${staff}'`;

  afterEach(() => server.close());
  const open = async (ldapGroups: string[]) => {
    server = await startEmulator({ version, ldapGroups });
    anew();
  };

  test("a preview refuses to adopt a group with another name to show", async () => {
    await open([staff]);
    const { failures } = await group.check({ name: staff, friendlyName: "IT", adopt: "ifExists" });
    expect(failures).toEqual([{ property: "name", reason: expect.stringContaining(RENAMED) as string }]);
    expect((await group.check({ ...names, adopt: "ifExists" })).failures).toEqual([]);
  });

  test("a preview refuses to rename it", async () => {
    await open([staff]);
    const entry = await group.create({ ...names, adopt: "ifExists" });
    for (const [property, change] of [
      ["name", { name: "admins", friendlyName: staff }],
      ["friendlyName", { ...names, friendlyName: "IT" }],
    ] as const) {
      const { failures } = await group.check({ ...change, adopt: "ifExists" }, entry.inputs);
      expect(failures).toEqual([{ property, reason: expect.stringContaining(RENAMED) as string }]);
    }
  });

  test("a preview refuses members that LDAP would overwrite, and no others", async () => {
    await open([staff]);
    server.addUser({ username: "alice", groups: [staff] });
    server.addUser({ username: "bob" });
    const groupId = (await find(staff))?.id;
    const reason = `user group '${staff}' comes from LDAP, whose next sync would undo this`;
    const refused = [expect.objectContaining({ reason: expect.stringContaining(reason) as string })];
    for (const owner of [{ groupId }, { groupId: UNKNOWN, groupName: staff }]) {
      const failuresOf = async (list: string[], mode = "exact") =>
        (await members.check({ ...owner, members: list, mode })).failures;
      expect(await failuresOf(["alice", "bob"])).toEqual(refused);
      expect(await failuresOf([])).toEqual(refused);
      expect(await failuresOf(["bob"], "include")).toEqual(refused);
      expect(await failuresOf(["alice"])).toEqual([]);
      expect(await failuresOf(["alice"], "include")).toEqual([]);
    }
    const entry = await members.create({ groupId, members: ["alice"] });
    const { failures } = await members.check({ groupId, members: ["bob"] }, entry.inputs);
    expect(failures).toEqual(refused);
  });

  test("a group that LDAP takes over later can be destroyed: our claims go, LDAP's members stay, one line says so", async () => {
    await open([]);
    server.addUser({ username: "alice" });
    const made = await group.create({ name: "admins" });
    const people = await members.create({ groupId: made.id, members: ["alice"] });
    const roles = await claims.create({ groupId: made.id, claims: [{ key: "roles", value: "ocisAdmin" }] });
    server.giveToLdap("admins");
    const lines = await noticesOf(async () => {
      await Promise.all([members.delete(people), claims.delete(roles)]);
      await group.delete(made);
    });
    expect(lines).toEqual([
      "user group 'admins' comes from LDAP now, and only LDAP can delete it: it stays in Pocket ID, but no longer belongs " +
        "to this stack",
    ]);
    expect(await find("admins")).toMatchObject({ customClaims: [], users: [{ username: "alice" }] });
  });

  test("another refusal to delete is an error all the same", async () => {
    await open([]);
    const made = await group.create({ name: "admins" });
    server.rotateApiKey("another-key-for-tests");
    await expect(group.delete(made)).rejects.toThrow("HTTP 401");
  });
});
