import { type Company, DESKTOP, ofKind, pressing, startCompany } from "./doctor-company";

/** What Pocket ID would really say of each person. */
let company: Company;

beforeEach(async () => {
  company = await startCompany();
});
afterEach(() => company.remove());

const ownClaim = (person: { id: string }, value: string) =>
  company.edit("PUT", `/api/custom-claims/user/${person.id}`, [{ key: "roles", value }]);

test("one person who is well is looked at, at each client, and nobody else", async () => {
  await ownClaim(company.people.guest, "boss");
  const { username } = company.people.admin;
  expect(pressing(await company.find({ user: username }))).toEqual([]);
});

test("person-unknown: an e-mail address or other case names the person who is meant", async () => {
  const { id, username } = company.people.user;
  const { email } = await company.edit<{ email: string }>("GET", `/api/users/${id}`);
  for (const user of [email, username.toUpperCase()]) {
    const [finding] = (await company.find({ user })).filter(({ code }) => code === "person-unknown");
    expect(finding?.fix).toBe(`did you mean ${username}?`);
  }
});

test("person-unknown: case counts", async () => {
  expect(pressing(await company.find({ user: "NoSuchPerson" }))).toEqual([
    "person-unknown: Pocket ID has no user 'NoSuchPerson'",
  ]);
});

test("person-disabled when asked for by name; member-disabled is advice", async () => {
  const { admin } = company.groups;
  const { username } = await company.addPerson("gone", [admin.id], { disabled: true });
  expect(pressing(await company.find({ user: username }))).toEqual([
    `person-disabled: ${username} is disabled`,
  ]);
  const findings = await company.find();
  expect(pressing(findings)).toEqual([]);
  expect(ofKind("member-disabled", findings)).toEqual([`${username} is disabled`]);
});

test("person-not-allowed: in no group, at each client", async () => {
  const { username } = await company.addPerson("stranger", []);
  const lines = [
    "client of the android app",
    "client of the desktop app",
    "client of the ios app",
    "web client",
  ];
  expect(pressing(await company.find({ user: username }))).toEqual(
    lines.map(
      (client) =>
        `person-not-allowed: ${username} is in no group of this stack, and the ${client} allows nobody else`,
    ),
  );
});

test("person-not-allowed: the client does not allow the person's group", async () => {
  const { admin, user, spaceAdmin, guest } = company.groups;
  const path = `/api/oidc/clients/${company.subject.webClient.id}/allowed-user-groups`;
  await company.edit("PUT", path, { userGroupIds: [admin.id, spaceAdmin.id, user.id] });
  expect(ofKind("person-not-allowed", await company.find())).toEqual([
    `the web client allows none of the groups of ${company.people.guest.username} (${guest.name})`,
  ]);
});

test("person-without-role: the group has lost its claim", async () => {
  await company.edit("PUT", `/api/custom-claims/user-group/${company.groups.user.id}`, []);
  expect(ofKind("person-without-role", await company.find())).toEqual([
    `${company.people.user.username} gets no claim 'roles'`,
  ]);
});

test("person-without-role: an open client lets a stranger through to oCIS, which has no role for them", async () => {
  await company.editClient(DESKTOP, { isGroupRestricted: false });
  const { username } = await company.addPerson("stranger", []);
  expect(ofKind("person-without-role", await company.find({ user: username }))).toEqual([
    `${username} gets no claim 'roles'`,
  ]);
});

test("person-role-unknown, with the group's claim and with a person's own", async () => {
  const { user } = company.groups;
  await company.edit("PUT", `/api/custom-claims/user-group/${user.id}`, [
    { key: "roles", value: "ocisuser" },
  ]);
  await ownClaim(company.people.guest, '["guest","x"]');
  const findings = await company.find();
  expect(ofKind("person-role-unknown", findings)).toEqual([
    `${company.people.guest.username} gets 'roles: guest, x'`,
    `${company.people.user.username} gets 'roles: ocisuser'`,
  ]);
});

test.each([
  ["true", "true or false"],
  ["42", "a number"],
  ['{"a":1}', "an object"],
  ['["ocisUser",1]', "a list with a number"],
])("person-role-type: the claim %s", async (value, type) => {
  await ownClaim(company.people.user, value);
  expect(ofKind("person-role-type", await company.find())).toEqual([
    `${company.people.user.username} gets ${type} as 'roles'`,
  ]);
});

test("person-claims-unreadable: Pocket ID can't preview null", async () => {
  await ownClaim(company.people.user, "null");
  expect(ofKind("person-claims-unreadable", await company.find())).toEqual([
    `Pocket ID can't compute the claims of ${company.people.user.username} (HTTP 500)`,
  ]);
});

test("person-own-claim hides the group's; a list of roles that oCIS knows is a role all the same", async () => {
  const { username } = company.people.user;
  await ownClaim(company.people.user, '["ocisGuest","ocisAdmin"]');
  expect(pressing(await company.find())).toEqual([
    `person-own-claim: ${username} has their own claim 'roles: ["ocisGuest","ocisAdmin"]'; the group's is 'ocisUser'`,
  ]);
});

test("person-own-claim-same is advice", async () => {
  const { username } = company.people.user;
  await ownClaim(company.people.user, '["ocisUser","opencloudUser"]');
  expect(pressing(await company.find())).toEqual([]);
  await ownClaim(company.people.user, "ocisUser");
  const findings = await company.find();
  expect(pressing(findings)).toEqual([]);
  expect(ofKind("person-own-claim-same", findings)).toEqual([
    `${username} has their own claim 'roles: ocisUser'; the group's is 'ocisUser'`,
  ]);
});

test("person-in-two-groups says which value wins, whichever group it is", async () => {
  const { admin, user } = company.groups;
  const { id, username } = await company.addPerson("both", [admin.id, user.id]);
  const path = `/api/oidc/clients/${company.subject.webClient.id}/preview/${id}?scopes=openid%20profile`;
  const { userInfo } = await company.edit<{ userInfo: { roles: string } }>("GET", path);
  expect(["ocisAdmin", "ocisUser"]).toContain(userInfo.roles);
  expect(pressing(await company.find())).toEqual([
    `person-in-two-groups: ${username} is in ${admin.name} (roles: ocisAdmin) and ${user.name} (roles: ocisUser); Pocket ID gives '${userInfo.roles}'`,
  ]);
});

test("a group that is not ours and carries the same claim counts too", async () => {
  const other = await company.addGroup("zz-other-company", "ocisAdmin");
  const { username } = await company.addPerson("both", [company.groups.user.id, other.id]);
  expect(ofKind("person-in-two-groups", await company.find())[0]).toContain(
    `${username} is in ${company.groups.user.name} (roles: ocisUser) and ${other.name} (roles: ocisAdmin); Pocket ID gives `,
  );
});

test.each(["ocisUser", '"ocisUser"', '["opencloudUser","ocisUser"]'])(
  "two groups are fine if one has %s too",
  async (value) => {
    const other = await company.addGroup("zz-more-users", value);
    await company.addPerson("both", [company.groups.user.id, other.id]);
    expect(pressing(await company.find())).toEqual([]);
  },
);
