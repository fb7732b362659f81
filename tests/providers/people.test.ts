import { userGroupMembers } from "@ocis-pocket-id/providers/handlers";
import { noticesOf } from "../support/notices";
import { anotherProcess, operate, UNKNOWN } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

/** What people write for a person, and what becomes of a name that changes. */
interface Person {
  id: string;
  username: string;
  email: string;
}

let server: PocketIdUnderTest;
let groupName: string;
let groupId: string;
let members: ReturnType<typeof operate>;
let alice: Person;
let bob: Person;
const made: string[] = [];

beforeAll(async () => {
  server = await pocketIdUnderTest();
});
afterAll(() => server.close());

const fieldsOf = (username: string) => ({
  username,
  firstName: "Alice",
  lastName: username,
  displayName: `Dr. ${username}`,
  email: `${username}@example.com`,
});
const addPerson = async (username: string, email = `${username}@example.com`): Promise<Person> => {
  const { status, body } = await server.call<Person>("POST", "/api/users", { ...fieldsOf(username), email });
  expect(status).toBe(201);
  made.push(body.id);
  return body;
};
const rename = (person: Person, username: string) =>
  server.call("PUT", `/api/users/${person.id}`, { ...fieldsOf(person.username), username });
const anew = () => {
  members = operate(userGroupMembers, anotherProcess(server));
};

beforeEach(async () => {
  groupName = uniqueName("group");
  const body = { name: groupName, friendlyName: "Team" };
  groupId = (await server.call<{ id: string }>("POST", "/api/user-groups", body)).body.id;
  [alice, bob] = [await addPerson(uniqueName("alice")), await addPerson(uniqueName("bob"))];
  anew();
});
afterEach(async () => {
  await server.call("DELETE", `/api/user-groups/${groupId}`);
  for (const id of made.splice(0)) await server.call("DELETE", `/api/users/${id}`);
});

const live = async () => {
  const { body } = await server.call<{ users: Person[] }>("GET", `/api/user-groups/${groupId}`);
  return body.users.map(({ id }) => id).sort();
};
const byHand = (...userIds: string[]) => server.call("PUT", `/api/user-groups/${groupId}/users`, { userIds });

test.each([
  ["in capitals", ({ username }: Person) => username.toUpperCase()],
  ["an e-mail address", ({ email }: Person) => email],
  ["an e-mail address in other case", ({ email }: Person) => email.toUpperCase()],
  ["a display name", ({ username }: Person) => `Dr. ${username}`],
  ["first and last name", ({ username }: Person) => `alice ${username}`],
  ["an ID in capitals", ({ id }: Person) => id.toUpperCase()],
])("%s: the error names the person who is meant", async (_what, write) => {
  const name = write(alice);
  const { failures } = await members.check({ groupId, members: [name, "nobody"] });
  const [first, second] = [`'${name}' (did you mean ${alice.username}?)`, "'nobody'"];
  expect(failures).toEqual([
    {
      property: "members",
      reason: `no such user in Pocket ID: ${[name, "nobody"].sort()[0] === name ? `${first}, ${second}` : `${second}, ${first}`}. Create them there first, or fix the spelling (username or user ID)`,
    },
  ]);
});

test("a person who is named by username and by ID is one member, in every mode", async () => {
  for (const mode of ["exact", "include"]) {
    const program = { groupId, members: [alice.username, alice.id], mode };
    const entry = await members.create(program);
    expect(await live()).toEqual([alice.id]);
    anew();
    const refreshed = await members.refresh(entry);
    expect(refreshed?.inputs).toEqual(entry.inputs);
    await members.delete(entry);
    expect(await live()).toEqual([]);
  }
});

test("somebody's username that is another's ID means the other", async () => {
  expect((await rename(bob, alice.id)).status).toBe(200);
  await members.create({ groupId, members: [alice.id] });
  expect(await live()).toEqual([alice.id]);
});

describe.each(["exact", "include"])("a member who is renamed (%s)", (mode) => {
  const rest = () => ({ groupId, mode });

  test("stays a member; refresh changes nothing, and tells the new name", async () => {
    const program = { ...rest(), members: [alice.username] };
    const entry = await members.create(program);
    const renamed = `${alice.username}.smith`;
    await rename(alice, renamed);
    anew();
    let refreshed: typeof entry | undefined;
    const lines = await noticesOf(async () => (refreshed = await members.refresh(entry)));
    expect(lines).toEqual([
      `member '${alice.username}' is now called '${renamed}' in Pocket ID, and stays a member: replace '${alice.username}' with ` +
        `'${renamed}' in members of the stack or program`,
    ]);
    expect(refreshed?.inputs).toEqual(entry.inputs);
    if (refreshed === undefined) return;
    expect(await members.diff(refreshed, program)).toMatchObject({ changes: false });

    const more = await members.update(refreshed, { ...program, members: [alice.username, bob.username] });
    expect(await live()).toEqual([alice.id, bob.id].sort());
    const replaced = await members.update(more, { ...program, members: [renamed, bob.username] });
    expect(await live()).toEqual([alice.id, bob.id].sort());
    await members.update(replaced, { ...program, members: [bob.username] });
    expect(await live()).toEqual([bob.id]);
  });

  test("isn't replaced by somebody who takes the old name", async () => {
    const program = { ...rest(), members: [alice.username] };
    const entry = await members.create(program);
    await rename(alice, `${alice.username}.smith`);
    await addPerson(alice.username, "another@example.com");
    anew();
    const both = { ...program, members: [alice.username, bob.username] };
    const lines = await noticesOf(() => members.update(entry, both));
    expect(lines[0]).toContain("and stays a member; another person has the old name: replace");
    expect(await live()).toEqual([alice.id, bob.id].sort());
  });
});

test("with the former name of a member, a stranger shows as a stranger", async () => {
  const entry = await members.create({ groupId, members: [alice.username] });
  await rename(alice, `${alice.username}.smith`);
  const stranger = await addPerson(alice.username, "another@example.com");
  await byHand(stranger.id);
  anew();
  expect((await members.refresh(entry))?.inputs["members"]).toEqual([stranger.id]);
});

test("state that has no identities goes by names, and gets them with the next refresh", async () => {
  const entry = await members.create({ groupId, members: [alice.username] });
  for (const part of [entry.inputs, entry.outputs]) Reflect.deleteProperty(part, "identities");
  const refreshed = await members.refresh(entry);
  expect(refreshed?.inputs).toEqual(entry.inputs);
  expect(refreshed?.outputs["identities"]).toHaveLength(1);
});

test("a secret list leaves no name or ID in state in clear", async () => {
  const entry = await members.create({ groupId, members: [alice.id], __secrets: ["members"] });
  const others = { ...entry.outputs, members: undefined };
  expect(JSON.stringify(others)).not.toContain(alice.id);
  await rename(alice, `${alice.username}.smith`);
  anew();
  const shouting = { ...entry.inputs, members: [alice.username], __secrets: ["members"] };
  const { failures } = await members.check({ ...shouting, __provider: undefined, identities: undefined });
  expect(JSON.stringify(failures)).not.toContain(alice.username);
});

describe("a preview of a group that exists", () => {
  test.each(["by ID", "by name"])("lists whom a first run takes out (%s)", async (how) => {
    await byHand(alice.id, bob.id);
    const group = how === "by ID" ? { groupId } : { groupId: UNKNOWN, groupName };
    const lines = await noticesOf(() => members.check({ ...group, members: [alice.username] }));
    expect(lines).toEqual([`members of user group '${groupName}': to be removed: ${bob.username}`]);
    const included = { ...group, members: [alice.username], mode: "include" };
    expect(await noticesOf(() => members.check(included))).toEqual([]);
  });
});
