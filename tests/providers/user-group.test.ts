import { userGroup } from "@ocis-pocket-id/providers/handlers";
import { anotherProcess, operate, UNKNOWN } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

type Json = Record<string, unknown>;

let server: PocketIdUnderTest;
let group: ReturnType<typeof operate>;
let name: string;

beforeAll(async () => {
  server = await pocketIdUnderTest();
});
afterAll(() => server.close());
beforeEach(() => {
  name = uniqueName("group");
  runEngineAnew();
});

function runEngineAnew(): void {
  group = operate(userGroup, anotherProcess(server));
}

const live = async (id: string) => (await server.call<Json>("GET", `/api/user-groups/${id}`)).body;

test("create, rename and delete keep one object and its ID", async () => {
  const entry = await group.create({ name, friendlyName: "Team" });
  expect(await live(entry.id)).toMatchObject({ name, friendlyName: "Team" });

  const renamed = await group.update(entry, { name: `${name}-renamed`, friendlyName: "Team" });
  expect(await live(entry.id)).toMatchObject({ name: `${name}-renamed` });

  await group.delete(renamed);
  expect((await server.call<Json>("GET", `/api/user-groups/${entry.id}`)).status).toBe(404);
  await group.delete(renamed); // What is gone is deleted.
});

test("a name that was a secret before the update isn't printed", async () => {
  const secret = uniqueName("hush");
  const entry = await group.create({ name: secret, friendlyName: "Team", __secrets: ["name"] });
  await group.delete(entry);
  const update = group.update(entry, { name, friendlyName: "Team" });
  await expect(update).rejects.toThrow("user group '[secret]' is gone from Pocket ID");
});

test("nothing to do after create, and after refresh", async () => {
  const program = { name, friendlyName: "Team" };
  const entry = await group.create(program);
  expect(await group.diff(entry, program)).toMatchObject({ changes: false });
  const refreshed = await group.refresh(entry);
  expect(refreshed).toEqual(entry);
  await group.delete(entry);
});

test("a hand edit is seen by refresh, property by property, and repaired by update", async () => {
  const program = { name, friendlyName: "Team" };
  const entry = await group.create(program);
  await server.call<Json>("PUT", `/api/user-groups/${entry.id}`, { name, friendlyName: "Edited" });
  runEngineAnew();

  const drifted = await group.refresh(entry);
  expect(drifted?.inputs).toMatchObject({ name, friendlyName: "Edited" });
  if (drifted === undefined) return;
  expect(await group.diff(drifted, program)).toMatchObject({ changes: true, replaces: [] });
  await group.update(drifted, program);
  expect(await live(entry.id)).toMatchObject({ friendlyName: "Team" });
  await group.delete(entry);
});

test("a group deleted by hand is gone after refresh, and an update says how to make it again", async () => {
  const entry = await group.create({ name, friendlyName: "Team" });
  await server.call<Json>("DELETE", `/api/user-groups/${entry.id}`);
  runEngineAnew();
  await expect(group.update(entry, { name, friendlyName: "Other" })).rejects.toThrow(
    `user group '${name}' is gone from Pocket ID: run \`pulumi up --refresh\` to recreate it`,
  );
  expect(await group.refresh(entry)).toBeUndefined();
});

describe("a name that is taken", () => {
  let id: string;
  beforeEach(async () => {
    id = (await server.call<Json>("POST", "/api/user-groups", { name, friendlyName: "By hand" })).body[
      "id"
    ] as string;
    runEngineAnew();
  });
  afterEach(() => server.call("DELETE", `/api/user-groups/${id}`));

  test("is refused at preview, with what to do", async () => {
    const { failures } = await group.check({ name, friendlyName: "Team" });
    expect(failures).toEqual([
      {
        property: "name",
        reason: `user group '${name}' already exists in Pocket ID: set adopt: "ifExists" to take it over, or choose another name`,
      },
    ]);
  });

  test("is adopted when the program says so: ID kept, names written, left in place by destroy", async () => {
    const entry = await group.create({ name, friendlyName: "Team", adopt: "ifExists" });
    expect(entry.id).toBe(id);
    expect(entry.outputs).toMatchObject({ adopted: true });
    expect(await live(id)).toMatchObject({ friendlyName: "Team" });
    await group.delete(entry);
    expect(await live(id)).toMatchObject({ name });
  });

  test("is deleted by destroy when the program says so", async () => {
    const entry = await group.create({ name, friendlyName: "Team", adopt: "ifExists", deleteAdopted: true });
    await group.delete(entry);
    expect((await server.call("GET", `/api/user-groups/${id}`)).status).toBe(404);
  });

  test("is reclaimed when it has exactly our content, and the refusal names that way", async () => {
    const { failures } = await group.check({ name, friendlyName: "By hand" });
    expect(failures[0]?.reason).toContain(
      'adopt: "reclaim" (`pulumi config set adopt reclaim`) if an interrupted run made it',
    );
    const entry = await group.create({ name, friendlyName: "By hand", adopt: "reclaim" });
    expect(entry.outputs).toMatchObject({ adopted: false });
    await group.delete(entry);
    expect((await server.call("GET", `/api/user-groups/${id}`)).status).toBe(404);
  });

  test("is not reclaimed when it has other content", async () => {
    await expect(group.create({ name, friendlyName: "Team", adopt: "reclaim" })).rejects.toThrow(
      'differs from what this stack creates (friendlyName "By hand" -> "Team")',
    );
  });

  test("isn't in the way of the resource that has it, not even while that is replaced", async () => {
    const entry = await group.create({ name, friendlyName: "By hand", adopt: "ifExists" });
    const again = await group.check({ name, friendlyName: "By hand" }, entry.inputs);
    const replacement = await group.check({ name, friendlyName: "By hand" });
    expect([...again.failures, ...replacement.failures]).toEqual([]);
  });
});

test("a group that must be there, and is not, is refused at preview", async () => {
  const { failures } = await group.check({ name, friendlyName: "Team", adopt: "must" });
  expect(failures).toEqual([
    {
      property: "name",
      reason: expect.stringContaining(`Pocket ID has no user group '${name}'`) as string,
    },
  ]);
});

test.each([
  [{ name: "x" }, "name", "must have 2 to 255 characters"],
  [{ name: "team", friendlyName: "x".repeat(51) }, "friendlyName", "must have 2 to 50 characters"],
  [{ name: "team", adopt: "always" }, "adopt", "must be 'never', 'ifExists', 'must' or 'reclaim'"],
  [{ name: "team", colour: "red" }, "colour", "is not an argument of this resource"],
])("%j is refused", async (program, property, reason) => {
  const { failures } = await group.check({ friendlyName: "Team", ...program });
  expect(failures).toEqual([{ property, reason }]);
});

test("unknown values are left alone at preview, and asked about nowhere", async () => {
  const { inputs, failures } = await group.check({ name: UNKNOWN, friendlyName: UNKNOWN });
  expect(failures).toEqual([]);
  expect(inputs).toEqual({ name: UNKNOWN, friendlyName: UNKNOWN, server: server.url });
});

test("names are compared as Pocket ID stores them, in Unicode's composed form", async () => {
  const decomposed = `${name}-Büro`;
  const entry = await group.create({ name: decomposed, friendlyName: "Büro" });
  expect(await group.diff(entry, { name: decomposed, friendlyName: "Büro" })).toMatchObject({
    changes: false,
  });
  await group.delete(entry);
});
