import { allowedOidcClients } from "@ocis-pocket-id/providers/handlers";
import { anotherProcess, operate } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

interface Named {
  id: string;
}

let server: PocketIdUnderTest;
let groupId: string;
let phone: string;
let tablet: string;
let stranger: string;
let allowed: ReturnType<typeof operate>;

beforeAll(async () => {
  server = await pocketIdUnderTest();
});
afterAll(() => server.close());

const client = async (isGroupRestricted: boolean) => {
  const id = uniqueName("app");
  const body = { id, name: id, callbackURLs: ["app://x"], logoutCallbackURLs: [], isPublic: true };
  const { status } = await server.call("POST", "/api/oidc/clients", { ...body, isGroupRestricted });
  expect(status).toBe(201);
  return id;
};
beforeEach(async () => {
  const name = uniqueName("group");
  const { body } = await server.call<Named>("POST", "/api/user-groups", { name, friendlyName: "Team" });
  groupId = body.id;
  [phone, tablet, stranger] = [await client(true), await client(true), await client(true)];
  allowed = operate(allowedOidcClients, anotherProcess(server));
});
afterEach(async () => {
  await server.call("DELETE", `/api/user-groups/${groupId}`);
  for (const id of [phone, tablet, stranger]) await server.call("DELETE", `/api/oidc/clients/${id}`);
});

/** The clients that the group may use, as the server says from both sides. */
const live = async () => {
  const { body } = await server.call<{ allowedOidcClients: Named[] }>("GET", `/api/user-groups/${groupId}`);
  return body.allowedOidcClients.map(({ id }) => id).sort();
};
const byHand = (oidcClientIds: string[]) =>
  server.call("PUT", `/api/user-groups/${groupId}/allowed-oidc-clients`, { oidcClientIds });

test("clients of others are left alone at create, update and delete", async () => {
  await byHand([stranger]);
  const entry = await allowed.create({ groupId, clientIds: [phone] });
  expect(await live()).toEqual([phone, stranger].sort());
  const updated = await allowed.update(entry, { groupId, clientIds: [tablet] });
  expect(await live()).toEqual([tablet, stranger].sort());
  await allowed.delete(updated);
  expect(await live()).toEqual([stranger]);
});

test("a client taken away by hand is drift, and is given back; one added is somebody else's", async () => {
  const program = { groupId, clientIds: [phone, tablet] };
  const entry = await allowed.create(program);
  expect(await allowed.diff(entry, program)).toMatchObject({ changes: false });
  await byHand([tablet, stranger]);
  const refreshed = await allowed.refresh(entry);
  expect(refreshed?.inputs["clientIds"]).toEqual([tablet]);
  expect(await allowed.diff(refreshed ?? entry, program)).toMatchObject({ changes: true });
  await allowed.update(refreshed ?? entry, program);
  expect(await live()).toEqual([phone, tablet, stranger].sort());
});

test("the owner of a client sees the group in its list", async () => {
  await allowed.create({ groupId, clientIds: [phone] });
  const { body } = await server.call<{ allowedUserGroups: Named[] }>("GET", `/api/oidc/clients/${phone}`);
  expect(body.allowedUserGroups.map(({ id }) => id)).toEqual([groupId]);
});

test("a client that is not there is refused by name, and nothing is written", async () => {
  await expect(allowed.create({ groupId, clientIds: [phone, "no-such-app"] })).rejects.toThrow(
    "Pocket ID has no OIDC client 'no-such-app': run the stack that owns it first",
  );
  expect(await live()).toEqual([]);
});

test("a client that is open to everybody is warned of", async () => {
  const open = await client(false);
  const said = jest.spyOn(console, "error").mockImplementation(() => undefined);
  try {
    await allowed.create({ groupId, clientIds: [open] });
    expect(said).toHaveBeenCalledWith(
      `warning: OIDC client '${open}' ('${open}') is open to everybody, allowed or not`,
    );
  } finally {
    said.mockRestore();
    await server.call("DELETE", `/api/oidc/clients/${open}`);
  }
});

test("a group that is gone: refresh says so, an update names the fix, destroy succeeds", async () => {
  const entry = await allowed.create({ groupId, clientIds: [phone] });
  await server.call("DELETE", `/api/user-groups/${groupId}`);
  const later = operate(allowedOidcClients, anotherProcess(server));
  expect(await later.refresh(entry)).toBeUndefined();
  await expect(later.update(entry, { groupId, clientIds: [tablet] })).rejects.toThrow(/pulumi up --refresh/);
  await later.delete(entry);
});
