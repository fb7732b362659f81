import { RESERVED_CLAIM_KEYS } from "@ocis-pocket-id/providers";
import { claimKeyProblems, roleGroups, roleProblems, type RoleArgs } from "../../../components/settings";

const groupOf = (role: string, args: RoleArgs) => roleGroups(args).find((group) => group.role === role);

test("the groups are made, named as in the guide, and their members left alone", () => {
  expect(roleGroups()).toEqual(
    [
      { role: "admin", claimValue: "ocisAdmin", friendlyName: "ocis admin users group" },
      { role: "spaceAdmin", claimValue: "ocisSpaceAdmin", friendlyName: "ocis space admin user group" },
      { role: "user", claimValue: "ocisUser", friendlyName: "ocis user group" },
      { role: "guest", claimValue: "ocisGuest", friendlyName: "ocis guest group" },
    ].map((group) => ({ ...group, name: group.claimValue, existing: false, members: undefined })),
  );
});

test.each<[string, RoleArgs, object]>([
  [
    "a name",
    { groups: { admin: { name: "files-admins" } } },
    { name: "files-admins", friendlyName: "ocis admin users group" },
  ],
  [
    "a friendly name",
    { groups: { admin: { friendlyName: "Admins" } } },
    { name: "ocisAdmin", friendlyName: "Admins" },
  ],
  [
    "an existing group",
    { groups: { admin: { existing: "it" } } },
    { name: "it", friendlyName: undefined, existing: true },
  ],
  ["members", { members: { admin: ["alice", "bob"] } }, { members: ["alice", "bob"] }],
  ["nobody", { members: { admin: [] } }, { members: [] }],
  ["members of another role", { members: { user: ["alice"] } }, { members: undefined }],
])("the admin role takes %s", (_, args, expected) => {
  expect(roleProblems(args)).toEqual([]);
  expect(groupOf("admin", args)).toMatchObject({ claimValue: "ocisAdmin", ...expected });
});

test.each<[string, RoleArgs]>([
  [
    "two roles swap their groups' names",
    { groups: { user: { name: "ocisGuest" }, guest: { name: "ocisUser" } } },
  ],
  ["names differ in case, as Pocket ID tells them apart", { groups: { user: { name: "ocisadmin" } } }],
  ["50 letters that are two UTF-16 units each", { groups: { user: { friendlyName: "😀".repeat(50) } } }],
  ["a person is named twice in one role", { members: { user: ["alice", "alice"] } }],
])("accepts that %s", (_, args) => {
  expect(roleProblems(args)).toEqual([]);
});

/** Stack configuration may hold anything, whatever the types promise. */
const untyped = (args: unknown) => args as RoleArgs;

test.each<[string, RoleArgs, string, string]>([
  [
    "a person in two roles",
    { members: { admin: ["alice"], user: ["bob", "alice"] } },
    "members.user",
    "'alice' is in admin too",
  ],
  [
    "one person in two spellings",
    { members: { user: ["Alice"], guest: ["alice"] } },
    "members.guest",
    "'alice' is in user too",
  ],
  [
    "a name that isn't a list",
    untyped({ members: { admin: "alice" } }),
    "members.admin",
    `"alice" is not a list`,
  ],
  ["an empty username", { members: { admin: [""] } }, "members.admin", `"" is not a username`],
  [
    "blanks around a username",
    { members: { admin: ["alice "] } },
    "members.admin",
    `"alice " is not a username`,
  ],
  ["a number as username", untyped({ members: { admin: [42] } }), "members.admin", "42 is not a username"],
  [
    "a misspelt role",
    untyped({ members: { admins: ["alice"] } }),
    "members",
    "'admins' is not a role (did you mean admin?)",
  ],
  ["a claim's value as role", untyped({ groups: { ocisGuest: {} } }), "groups", "(did you mean guest?)"],
  [
    "an unknown role",
    untyped({ groups: { owner: {} } }),
    "groups",
    "the roles are admin, spaceAdmin, user, guest",
  ],
  [
    "one group for two roles",
    { groups: { user: { name: "ocisAdmin" } } },
    "groups.user",
    "'ocisAdmin' is the group of admin too",
  ],
  [
    "one existing group for two roles",
    { groups: { user: { existing: "staff" }, guest: { existing: "staff" } } },
    "groups.guest.existing",
    "'staff' is the group of user too",
  ],
  [
    "one name in two forms of Unicode",
    { groups: { user: { name: "\u00fcber" }, guest: { name: "u\u0308ber" } } },
    "groups.guest",
    "is the group of user too",
  ],
  [
    "a short name",
    { groups: { user: { name: "x" } } },
    "groups.user.name",
    "'x' has 1 characters: write 2 to 255",
  ],
  [
    "an empty existing name",
    { groups: { user: { existing: "" } } },
    "groups.user.existing",
    "'' has 0 characters",
  ],
  [
    "a long friendly name",
    { groups: { user: { friendlyName: "x".repeat(51) } } },
    "groups.user.friendlyName",
    "write 2 to 50",
  ],
  [
    "names for an existing group",
    { groups: { user: { existing: "it", friendlyName: "IT" } } },
    "groups.user",
    "write 'existing' alone",
  ],
  [
    "a reserved claim key",
    { claimKey: "groups" },
    "claimKey",
    "'groups' is a claim that Pocket ID sets itself",
  ],
])("refuses %s", (_, args, field, message) => {
  expect(roleProblems(args)).toEqual([{ field, message: expect.stringContaining(message) as string }]);
  expect(() => roleGroups(args)).toThrow(`${field}: `);
});

test.each(["roles", "ocis_roles", "roles-acme", "urn:acme:roles", "Groups"])(
  "accepts the claim key '%s'",
  (key) => {
    expect(claimKeyProblems(key)).toEqual([]);
  },
);

test.each([...RESERVED_CLAIM_KEYS, "picture", "", " ", "my roles", "roles\n", "acme.roles", "acme\\roles"])(
  "refuses the claim key %j",
  (key) => {
    expect(claimKeyProblems(key)).toEqual([
      { field: "claimKey", message: expect.stringContaining("write") as string },
    ]);
  },
);
