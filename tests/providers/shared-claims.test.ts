import { customClaims } from "@ocis-pocket-id/providers/handlers";
import { noticesOf } from "../support/notices";
import { anotherProcess, operate, UNKNOWN } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

/** Claims whose values another application shares, and what a preview prints of those that are adopted. */
type Json = Record<string, unknown>;

let server: PocketIdUnderTest;
let groupId: string;
let groupName: string;
let claims: ReturnType<typeof operate>;

beforeAll(async () => {
  server = await pocketIdUnderTest();
});
afterAll(() => server.close());
beforeEach(async () => {
  groupName = uniqueName("group");
  const body = { name: groupName, friendlyName: "Team" };
  groupId = (await server.call<Json>("POST", "/api/user-groups", body)).body["id"] as string;
  claims = operate(customClaims, anotherProcess(server));
});
afterEach(() => server.call("DELETE", `/api/user-groups/${groupId}`));

const live = async () => (await server.call<Json>("GET", `/api/user-groups/${groupId}`)).body["customClaims"];
const byHand = (...values: string[]) =>
  server.call(
    "PUT",
    `/api/custom-claims/user-group/${groupId}`,
    values.map((value, index) => ({ key: index === 0 ? "roles" : `other${index}`, value })),
  );
const claim = { key: "roles", value: "ocisUser", excludes: ["ocisAdmin"] };
const program = (valueMode: string, args: Json = {}) => ({
  groupId,
  claims: [claim],
  mode: "include",
  valueMode,
  adopt: "ifExists",
  ...args,
});
const stored = (value: string) => [{ key: "roles", value }];

describe("at create", () => {
  test.each([
    // mode, there before, afterwards
    ["exact", '["ocisUser","opencloudUser"]', "ocisUser"],
    ["exact", '"ocisUser"', '"ocisUser"'],
    ["accept", '["ocisUser","opencloudUser"]', '["ocisUser","opencloudUser"]'],
    ["accept", '"ocisUser"', '"ocisUser"'],
    ["accept", '["opencloudUser"]', "ocisUser"],
    ["accept", '["ocisUser","ocisAdmin"]', "ocisUser"],
    ["include", '["ocisUser","opencloudUser"]', '["ocisUser","opencloudUser"]'],
    ["include", '["opencloudUser"]', '["opencloudUser","ocisUser"]'],
    ["include", "opencloudUser", '["opencloudUser","ocisUser"]'],
    ["include", '["ocisAdmin","opencloudUser"]', '["opencloudUser","ocisUser"]'],
    ["include", '["ocisUser","ocisAdmin"]', '["ocisUser"]'],
    ["include", "ocisAdmin", "ocisUser"],
    ["include", "[]", "ocisUser"],
    ["include", "42", "ocisUser"],
    ["include", "ocisUser", "ocisUser"],
  ])("%s: %s becomes %s, and the next refresh sees no change", async (mode, before, after) => {
    await byHand(before);
    const entry = await claims.create(program(mode));
    expect(await live()).toEqual(stored(after));
    const refreshed = await claims.refresh(entry);
    expect(refreshed?.inputs).toEqual(entry.inputs);
  });

  test("what another application has is added to without adopt, and a rival value is not removed without it", async () => {
    await byHand('["opencloudUser"]');
    await claims.create(program("include", { adopt: "never" }));
    expect(await live()).toEqual(stored('["opencloudUser","ocisUser"]'));
    await byHand('["opencloudUser","ocisAdmin"]');
    claims = operate(customClaims, anotherProcess(server));
    await expect(claims.create(program("include", { adopt: "never" }))).rejects.toThrow(
      `user group '${groupName}' has other claims already (roles = ["opencloudUser","ocisAdmin"])`,
    );
  });
});

describe("include", () => {
  test("takes only its value away at destroy, and the claim with the last one", async () => {
    await byHand('["opencloudUser"]');
    const entry = await claims.create(program("include"));
    expect(entry.outputs).toMatchObject({ adopted: false });
    await claims.delete(entry);
    expect(await live()).toEqual(stored('["opencloudUser"]'));
    await byHand("ocisUser");
    await claims.delete(entry);
    expect(await live()).toEqual([]);
  });

  test("another value or key replaces only ours", async () => {
    await byHand('["opencloudUser"]');
    const entry = await claims.create(program("include"));
    const guest = await claims.update(entry, {
      ...program("include"),
      claims: [{ key: "roles", value: "ocisGuest" }],
    });
    expect(await live()).toEqual(stored('["opencloudUser","ocisGuest"]'));
    await claims.update(guest, { ...program("include"), claims: [{ key: "role", value: "ocisGuest" }] });
    expect(await live()).toEqual([...stored('["opencloudUser"]'), { key: "role", value: "ocisGuest" }]);
  });

  test.each([
    ["opencloudUser", [], '["opencloudUser","ocisUser"]'],
    ['["opencloudUser"]', [], '["opencloudUser","ocisUser"]'],
    ['["ocisUser","ocisAdmin"]', [{ ...claim, value: ["ocisUser", "ocisAdmin"] }], '["ocisUser"]'],
  ])("by hand %s is drift, and is put right without losing the other's", async (value, seen, after) => {
    const entry = await claims.create(program("include"));
    await byHand(value);
    claims = operate(customClaims, anotherProcess(server));
    const drifted = await claims.refresh(entry);
    expect(drifted?.inputs["claims"]).toEqual(seen);
    if (drifted !== undefined) await claims.update(drifted, program("include"));
    expect(await live()).toEqual(stored(after));
  });

  test("a value that another process added a moment ago is kept", async () => {
    const other = operate(customClaims, anotherProcess(server));
    await Promise.all([claims, other].map((one) => one.check(program("include"))));
    await other.create(program("include", { claims: [{ key: "roles", value: "opencloudUser" }] }));
    await claims.create(program("include"));
    expect(await live()).toEqual(stored('["opencloudUser","ocisUser"]'));
  });

  test("a list of our own can't be looked for in a list", async () => {
    const { failures } = await claims.check(program("include", { claims: [{ key: "roles", value: ["a"] }] }));
    expect(failures).toEqual([
      {
        property: "claims",
        reason: "'roles' has a list as its value, which valueMode 'include' can't look for: give one value",
      },
    ]);
  });
});

describe("a preview of claims that are adopted", () => {
  const preview = (args: Json) => noticesOf(() => claims.check(args));

  test.each([
    ["accept", ['["ocisUser","opencloudUser"]'], "nothing to change"],
    ["accept", ['["opencloudUser"]'], 'will change: roles ["opencloudUser"] -> "ocisUser"'],
    [
      "include",
      ['["opencloudUser"]'],
      'will change: roles ["opencloudUser"] -> ["opencloudUser","ocisUser"]',
    ],
    ["exact", [], 'will change: roles null -> "ocisUser"'],
  ])("%s: of %j it says: %s", async (mode, values, words) => {
    await byHand(...values);
    const line = `claims of user group '${groupName}': adopted, ${words}`;
    expect(await preview(program(mode))).toEqual([line]);
  });

  test("lists the claims that mode exact removes", async () => {
    await byHand("ocisUser", "x");
    expect(await preview(program("exact", { mode: "exact" }))).toEqual([
      `claims of user group '${groupName}': adopted, will change: other1 "x" -> null`,
    ]);
  });

  test("finds a group that is adopted too by its name, and is silent about a new one", async () => {
    await byHand("user");
    expect(await preview(program("accept", { groupId: UNKNOWN, groupName }))).toEqual([
      `claims of user group '${groupName}': adopted, will change: roles "user" -> "ocisUser"`,
    ]);
    const unknown = { groupId: UNKNOWN, groupName: uniqueName("new") };
    expect(await preview(program("accept", unknown))).toEqual([]);
  });

  test("refuses what up would refuse", async () => {
    await byHand("user");
    const refused = async (args: Json) =>
      (await operate(customClaims, anotherProcess(server)).check(args)).failures;
    expect(await refused(program("accept", { adopt: "never" }))).toEqual([
      {
        property: "claims",
        reason: expect.stringContaining(`'${groupName}' has other claims already (roles = user)`) as string,
      },
    ]);
    await byHand();
    expect(await refused(program("accept", { adopt: "must" }))).toEqual([
      {
        property: "claims",
        reason: `user group '${groupName}' has none of these claims to adopt: set adopt: "ifExists" to create them`,
      },
    ]);
  });

  test("does not look again once they are in state", async () => {
    const entry = await claims.create(program("include", { adopt: "never" }));
    await byHand("user");
    const { failures } = await claims.check(program("include", { adopt: "never" }), entry.inputs);
    expect(failures).toEqual([]);
  });
});

test("claims without an owner are refused at preview; an owner that isn't known yet is one", async () => {
  const failuresOf = async (args: Json) =>
    (await claims.check({ claims: [claim], ...args })).failures.map(({ property }) => property);
  expect(await failuresOf({})).toEqual(["groupId"]);
  expect(await failuresOf({ groupId, userId: "u" })).toEqual(["userId"]);
  expect(await failuresOf({ groupId: UNKNOWN, userId: UNKNOWN })).toEqual(["userId"]);
  expect(await failuresOf({ groupId: UNKNOWN })).toEqual([]);
});
