import type { JsonValue } from "@ocis-pocket-id/providers";
import { customClaims } from "@ocis-pocket-id/providers/handlers";
import * as fc from "fast-check";
import { decodeValue, encodeValue } from "../../providers/custom-claims/claims";
import { anotherProcess, operate, UNKNOWN } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

type Json = Record<string, unknown>;

let server: PocketIdUnderTest;
let groupId: string;
let claims: ReturnType<typeof operate>;

beforeAll(async () => {
  server = await pocketIdUnderTest();
});
afterAll(() => server.close());
beforeEach(async () => {
  const body = { name: uniqueName("group"), friendlyName: "Team" };
  groupId = (await server.call<Json>("POST", "/api/user-groups", body)).body["id"] as string;
  runEngineAnew();
});
afterEach(() => server.call("DELETE", `/api/user-groups/${groupId}`));

function runEngineAnew(): void {
  claims = operate(customClaims, anotherProcess(server));
}

const live = async () => (await server.call<Json>("GET", `/api/user-groups/${groupId}`)).body["customClaims"];
const byHand = (list: { key: string; value: string }[]) =>
  server.call("PUT", `/api/custom-claims/user-group/${groupId}`, list);

test("any JSON type is stored so that it arrives as that type", async () => {
  const entry = await claims.create({
    groupId,
    claims: [
      { key: "text", value: "ocisAdmin" },
      { key: "looks-like-a-number", value: "42" },
      { key: "number", value: 42 },
      { key: "list", value: ["a", "b"] },
      { key: "empty", value: "" },
    ],
  });
  expect(await live()).toEqual(
    expect.arrayContaining([
      { key: "text", value: "ocisAdmin" },
      { key: "looks-like-a-number", value: '"42"' },
      { key: "number", value: "42" },
      { key: "list", value: '["a","b"]' },
      { key: "empty", value: '""' },
    ]),
  );
  expect((await claims.refresh(entry))?.inputs["claims"]).toEqual(entry.inputs["claims"]);
});

test("keys and values are in Unicode's composed form, in Pocket ID and in state", async () => {
  const program = (e: string) => [{ key: `caf${e}`, value: { [`th${e}`]: [`caf${e}`] } }];
  const entry = await claims.create({ groupId, claims: program("e\u0301") });
  expect(entry.inputs["claims"]).toEqual(program("\u00e9"));
  expect(await live()).toEqual([{ key: "caf\u00e9", value: '{"th\u00e9":["caf\u00e9"]}' }]);
  expect((await claims.refresh(entry))?.inputs["claims"]).toEqual(entry.inputs["claims"]);
});

test("every JSON value survives the way to Pocket ID's text and back", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.parse(JSON.stringify(value)) as JsonValue;
      expect(decodeValue(encodeValue(json))).toEqual(json);
    }),
  );
});

test("a property that JavaScript would lose is refused", async () => {
  const value = JSON.parse('[{"__proto__":"x"}]') as JsonValue;
  const { failures } = await claims.check({ groupId, claims: [{ key: "k", value }] });
  expect(failures).toEqual([
    { property: "claims.0.value", reason: "must not have a property named __proto__" },
  ]);
});

test("exact: other claims are refused at first, overwritten when adopted", async () => {
  await byHand([{ key: "theirs", value: "x" }]);
  const program = { groupId, claims: [{ key: "roles", value: "ocisUser" }] };
  await expect(claims.create(program)).rejects.toThrow(
    'has other claims already (theirs = x): set adopt: "ifExists"',
  );
  runEngineAnew();
  await claims.create({ ...program, adopt: "ifExists" });
  expect(await live()).toEqual([{ key: "roles", value: "ocisUser" }]);
});

describe("include", () => {
  const program = () => ({ groupId, claims: [{ key: "roles", value: "ocisUser" }], mode: "include" });

  test("leaves others alone at create, update and delete", async () => {
    await byHand([{ key: "theirs", value: "x" }]);
    const entry = await claims.create(program());
    const updated = await claims.update(entry, {
      ...program(),
      claims: [{ key: "role", value: "ocisGuest" }],
    });
    expect(await live()).toEqual([
      { key: "theirs", value: "x" },
      { key: "role", value: "ocisGuest" },
    ]);
    await claims.delete(updated);
    expect(await live()).toEqual([{ key: "theirs", value: "x" }]);
  });

  test("sees a changed and a removed claim, and no stranger", async () => {
    const entry = await claims.create(program());
    await byHand([
      { key: "roles", value: "user" },
      { key: "theirs", value: "x" },
    ]);
    runEngineAnew();
    const drifted = await claims.refresh(entry);
    expect(drifted?.inputs["claims"]).toEqual([{ key: "roles", value: "user" }]);
    if (drifted !== undefined) await claims.update(drifted, program());
    expect(await live()).toEqual(expect.arrayContaining([{ key: "roles", value: "ocisUser" }]));
  });

  test("writes nothing where nothing differs, and leaves in place what was there before", async () => {
    await byHand([{ key: "roles", value: "ocisUser" }]);
    const entry = await claims.create(program());
    expect(entry.outputs).toMatchObject({ adopted: true });
    await claims.delete(entry);
    expect(await live()).toEqual([{ key: "roles", value: "ocisUser" }]);
  });

  test("a different value is refused, and overwritten only when adopted", async () => {
    await byHand([{ key: "roles", value: "user" }]);
    await expect(claims.create(program())).rejects.toThrow("roles = user");
    runEngineAnew();
    await claims.create({ ...program(), adopt: "ifExists" });
    expect(await live()).toEqual([{ key: "roles", value: "ocisUser" }]);
  });
});

test("reclaim: what is exactly ours is ours, and destroy deletes it; must: what is not there is refused", async () => {
  const program = { groupId, claims: [{ key: "roles", value: "ocisUser" }], mode: "include" };
  await expect(claims.create({ ...program, adopt: "must" })).rejects.toThrow(
    "has none of these claims to adopt",
  );
  await byHand([{ key: "roles", value: "ocisUser" }]);
  runEngineAnew();
  const entry = await claims.create({ ...program, adopt: "reclaim" });
  await claims.delete(entry);
  expect(await live()).toEqual([]);
});

test("two resources that write one list at once lose nothing", async () => {
  const keys = Array.from({ length: 10 }, (_, index) => `key${index}`);
  await Promise.all(
    keys.map((key) => claims.create({ groupId, claims: [{ key, value: "x" }], mode: "include" })),
  );
  expect(await live()).toHaveLength(10);
});

test("claims of a group that is gone: refresh says so, destroy succeeds", async () => {
  const entry = await claims.create({ groupId, claims: [{ key: "roles", value: "ocisUser" }] });
  await server.call<Json>("DELETE", `/api/user-groups/${groupId}`);
  runEngineAnew();
  expect(await claims.refresh(entry)).toBeUndefined();
  await claims.delete(entry);
});

test.each([
  [[{ key: "sub", value: "x" }], "'sub' is set by Pocket ID itself"],
  [[{ key: "client_id", value: "x" }], "'client_id' is set by Pocket ID itself"],
  [
    [
      { key: "roles", value: "a" },
      { key: "roles", value: "b" },
    ],
    "'roles' occurs twice",
  ],
  [[{ key: "", value: "x" }], "must not be empty"],
])("%j is refused at preview", async (list, reason) => {
  const { failures } = await claims.check({ groupId, claims: list });
  expect(failures).toEqual([expect.objectContaining({ reason: expect.stringContaining(reason) as string })]);
});

test("a claim whose value is unknown at preview is left alone", async () => {
  const { failures } = await claims.check({ groupId: UNKNOWN, claims: [{ key: "roles", value: UNKNOWN }] });
  expect(failures).toEqual([]);
});
