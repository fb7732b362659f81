import { userGroupMembers } from "@ocis-pocket-id/providers/handlers";
import { anotherProcess, operate } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

type Json = Record<string, unknown>;

let server: PocketIdUnderTest;
let groupId: string;
let members: ReturnType<typeof operate>;
let people: { id: string; username: string }[];

beforeAll(async () => {
  server = await pocketIdUnderTest();
  people = [];
  for (const name of ["alice", "bob", "carol"]) {
    const username = uniqueName(name);
    const body = {
      username,
      firstName: name,
      lastName: "",
      displayName: name,
      email: `${username}@example.com`,
    };
    people.push(
      (await server.call<Json>("POST", "/api/users", body)).body as unknown as {
        id: string;
        username: string;
      },
    );
  }
});
afterAll(async () => {
  for (const { id } of people) await server.call<Json>("DELETE", `/api/users/${id}`);
  await server.close();
});
beforeEach(async () => {
  const body = { name: uniqueName("group"), friendlyName: "Team" };
  groupId = (await server.call<Json>("POST", "/api/user-groups", body)).body["id"] as string;
  members = operate(userGroupMembers, anotherProcess(server));
});
afterEach(() => server.call("DELETE", `/api/user-groups/${groupId}`));

const person = (index: number) => people[index] ?? { id: "", username: "" };
const name = (index: number) => person(index).username;
const live = async () => {
  const { body } = await server.call<Json>("GET", `/api/user-groups/${groupId}`);
  return (body["users"] as { username: string }[]).map(({ username }) => username).sort();
};
const byHand = (ids: string[]) => server.call("PUT", `/api/user-groups/${groupId}/users`, { userIds: ids });

test("exact: these people, by username or ID, and nobody else", async () => {
  await byHand([person(2).id]);
  const program = { groupId, members: [name(0), person(1).id] };
  const entry = await members.create(program);
  expect(await live()).toEqual([name(0), name(1)].sort());
  expect(await members.diff(entry, program)).toMatchObject({ changes: false });
  expect((await members.refresh(entry))?.inputs).toEqual(entry.inputs);
});

test("exact: a stranger added and a member removed by hand are both seen", async () => {
  const entry = await members.create({ groupId, members: [name(0), name(1)] });
  await byHand([person(1).id, person(2).id]);
  expect((await members.refresh(entry))?.inputs["members"]).toEqual([name(1), name(2)].sort());
});

test("include: others are left alone at create, update and delete", async () => {
  await byHand([person(2).id]);
  const entry = await members.create({ groupId, members: [name(0)], mode: "include" });
  const updated = await members.update(entry, { groupId, members: [name(1)], mode: "include" });
  expect(await live()).toEqual([name(1), name(2)].sort());
  expect((await members.refresh(updated))?.inputs["members"]).toEqual([name(1)]);
  await members.delete(updated);
  expect(await live()).toEqual([name(2)]);
});

test("an empty list means nobody", async () => {
  await byHand([person(0).id]);
  await members.create({ groupId, members: [] });
  expect(await live()).toEqual([]);
});

test("unknown people are all named at preview, and nothing is written", async () => {
  const { failures } = await members.check({ groupId, members: ["nobody-1", name(0), "nobody-2"] });
  expect(failures).toEqual([
    {
      property: "members",
      reason:
        "no such user in Pocket ID: 'nobody-1', 'nobody-2'. Create them there first, or fix the spelling (username or user ID)",
    },
  ]);
});

test("members of a group that is gone: refresh says so, destroy succeeds", async () => {
  const entry = await members.create({ groupId, members: [name(0)] });
  await server.call<Json>("DELETE", `/api/user-groups/${groupId}`);
  expect(await members.refresh(entry)).toBeUndefined();
  await members.delete(entry);
});
