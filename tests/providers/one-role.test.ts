import { personInTwoRoles } from "../../providers/checks";

const person = (id: string, username: string, fields: object = {}) => ({
  id,
  username,
  isAdmin: false,
  ...fields,
});
const USERS = [
  person("3f2a0000-0000-4000-8000-000000000001", "alice", {
    email: "alice@company.com",
    displayName: "Alice A.",
  }),
  person("3f2a0000-0000-4000-8000-000000000002", "bob", { firstName: "Bob", lastName: "Builder" }),
  person("3f2a0000-0000-4000-8000-000000000003", "bob2", { displayName: "Bob Builder" }),
];

test.each([
  ["alice", "3f2a0000-0000-4000-8000-000000000001"],
  ["alice", "3F2A0000-0000-4000-8000-000000000001"],
  ["alice@company.com", "3f2a0000-0000-4000-8000-000000000001"],
  ["Alice@Company.com", "ALICE"],
  ["alice a.", "alice"],
])("%s and %s are one person", (first, second) => {
  expect(personInTwoRoles({ admin: ["bob", first], user: [second] }, USERS)).toBe(
    `members.user: '${second}' is alice, who is in admin as '${first}', and Pocket ID would pick one of the two roles at ` +
      "random: name each person once",
  );
});

test.each([
  [{ admin: ["alice", "3f2a0000-0000-4000-8000-000000000001"], user: ["bob"] }],
  [{ admin: ["nobody@company.com"], user: ["nobody@company.com"] }],
  // Two people have this name: who is meant can't be told.
  [{ admin: ["bob"], user: ["Bob Builder"] }],
])("%j has one role for each", (byRole) => {
  expect(personInTwoRoles(byRole, USERS)).toBeUndefined();
});
