import { allowedOidcClients, oidcClient } from "@ocis-pocket-id/providers/handlers";
import { noticesOf } from "../support/notices";
import { anotherProcess, operate, UNKNOWN } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

type Json = Record<string, unknown>;

let server: PocketIdUnderTest;
let client: ReturnType<typeof operate>;
let clientId: string;
let groups: string[];

beforeAll(async () => {
  server = await pocketIdUnderTest();
  groups = [];
  for (const friendlyName of ["First", "Second"]) {
    const body = { name: uniqueName("group"), friendlyName };
    groups.push((await server.call<Json>("POST", "/api/user-groups", body)).body["id"] as string);
  }
  groups.sort();
});
afterAll(async () => {
  for (const id of groups) await server.call<Json>("DELETE", `/api/user-groups/${id}`);
  await server.close();
});
beforeEach(() => {
  clientId = uniqueName("client");
  runEngineAnew();
});
afterEach(() => server.call("DELETE", `/api/oidc/clients/${clientId}`));

function runEngineAnew(): void {
  client = operate(oidcClient, anotherProcess(server));
}

const program = (more: object = {}) => ({
  name: "ocis",
  clientId,
  callbackUrls: ["https://ocis.company.com/oidc-callback.html", "https://ocis.company.com/"],
  isPublic: true,
  allowedUserGroupIds: [...groups].reverse(),
  ...more,
});
const live = async (id = clientId) => (await server.call<Json>("GET", `/api/oidc/clients/${id}`)).body;
const allowed = async () =>
  ((await live())["allowedUserGroups"] as { id: string }[]).map(({ id }) => id).sort();

test("a new client is closed until its list is written, and has exactly what the program says", async () => {
  const entry = await client.create(program());
  expect(entry.id).toBe(clientId);
  expect(await live()).toMatchObject({
    name: "ocis",
    isPublic: true,
    pkceEnabled: true,
    isGroupRestricted: true,
  });
  expect(await allowed()).toEqual(groups);
  expect(await client.diff(entry, program())).toMatchObject({ changes: false });
  expect((await client.refresh(entry))?.inputs).toEqual(entry.inputs);
});

test("an update keeps every field that is not managed", async () => {
  const entry = await client.create(program());
  const before = await live();
  await server.call<Json>("PUT", `/api/oidc/clients/${clientId}`, {
    ...before,
    launchURL: "https://ocis.company.com",
    requiresReauthentication: true,
    credentials: { federatedIdentities: [{ issuer: "https://ci.company.com" }] },
  });
  await client.update(entry, program({ name: "renamed" }));
  expect(await live()).toMatchObject({
    name: "renamed",
    launchURL: "https://ocis.company.com",
    requiresReauthentication: true,
    isGroupRestricted: true,
    credentials: { federatedIdentities: [{ issuer: "https://ci.company.com" }] },
  });
  expect(await allowed()).toEqual(groups);
});

test.each<[string, object, object]>([
  ["opened to everybody", { isGroupRestricted: false }, { restricted: false, allowedUserGroupIds: [] }],
  ["made confidential", { isPublic: false }, { isPublic: false }],
  [
    "given a callback",
    { callbackURLs: ["https://evil.example/"] },
    { callbackUrls: ["https://evil.example/"] },
  ],
])("a client %s by hand is seen and repaired", async (_edit, edit, seen) => {
  const entry = await client.create(program());
  await server.call<Json>("PUT", `/api/oidc/clients/${clientId}`, { ...(await live()), ...edit });
  const drifted = await client.refresh(entry);
  expect(drifted?.inputs).toMatchObject(seen);
  if (drifted === undefined) return;
  expect(await client.diff(drifted, program())).toMatchObject({ changes: true, replaces: [] });
  const repaired = await client.update(drifted, program());
  expect(await allowed()).toEqual(groups);
  expect((await client.refresh(repaired))?.inputs).toEqual(entry.inputs);
});

test("one group fewer leaves the others", async () => {
  const entry = await client.create(program());
  await client.update(entry, program({ allowedUserGroupIds: [groups[0]] }));
  expect(await allowed()).toEqual([groups[0]]);
});

test("a group that does not exist is an error that names it, and the client stays closed and in state", async () => {
  const ghost = "00000000-0000-4000-8000-000000000000";
  const failure = await client
    .create(program({ allowedUserGroupIds: [ghost] }))
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({
    message: `OIDC client '${clientId}': no such user group in Pocket ID: ${ghost}`,
    id: clientId,
    properties: { allowedUserGroupIds: [], __provider: expect.any(String) as string },
  });
  expect(await live()).toMatchObject({ isGroupRestricted: true });
});

test("another ID replaces, deleting the old client first", async () => {
  const entry = await client.create(program());
  const other = program({ clientId: `${clientId}-2` });
  expect(await client.diff(entry, other)).toEqual({
    changes: true,
    replaces: ["clientId"],
    deleteBeforeReplace: true,
  });
});

describe("an ID that is taken", () => {
  beforeEach(async () => {
    await server.call<Json>("POST", "/api/oidc/clients", {
      ...program(),
      id: clientId,
      callbackURLs: program().callbackUrls,
    });
    runEngineAnew();
  });

  test("is refused at preview, with what to do", async () => {
    const { failures } = await client.check(program());
    expect(failures).toEqual([
      {
        property: "clientId",
        reason: `OIDC client '${clientId}' ('ocis') already exists in Pocket ID: set adopt: "ifExists" to take it over, or choose another name`,
      },
    ]);
  });

  test("is adopted: written to what the program says, left in place by destroy", async () => {
    const entry = await client.create(program({ adopt: "ifExists" }));
    expect(entry.outputs).toMatchObject({ adopted: true, clientId });
    expect(await allowed()).toEqual(groups);
    await client.delete(entry);
    expect(await live()).toMatchObject({ name: "ocis" });
  });

  test("keeps one of the other names when it is adopted, at each later preview, and any further name is drift", async () => {
    const named = (more: object = {}) =>
      program({ name: "ownCloud ios Client", otherNames: ["ocis", "ownCloud iOS Client"], ...more });
    const entry = await client.create(named({ adopt: "ifExists" }));
    expect(await live()).toMatchObject({ name: "ocis" });
    runEngineAnew();
    expect(await client.diff(entry, named({ adopt: "ifExists" }))).toMatchObject({ changes: false });
    await server.call("PUT", `/api/oidc/clients/${clientId}`, { ...(await live()), name: "mine" });
    runEngineAnew();
    const refreshed = await client.refresh(entry);
    if (refreshed === undefined) throw new Error("the client is gone");
    expect(await client.diff(refreshed, named({ adopt: "ifExists" }))).toMatchObject({ changes: true });
    await client.update(refreshed, named({ adopt: "ifExists" }));
    expect(await live()).toMatchObject({ name: "ownCloud ios Client" });
  });

  test("isn't reclaimed under one of the other names, which nothing of ours has", async () => {
    const { failures } = await client.check(
      program({ name: "ownCloud ios Client", otherNames: ["ocis"], adopt: "reclaim" }),
    );
    expect(failures.map(({ reason }) => reason)).toEqual([
      expect.stringContaining(`differs from what this stack creates (name "ocis" -> "ownCloud ios Client"`),
    ]);
  });

  test("is reclaimed when it has exactly our content, list written or not, and destroy deletes it", async () => {
    await server.call("PUT", `/api/oidc/clients/${clientId}`, { ...(await live()), isGroupRestricted: true });
    runEngineAnew();
    const entry = await client.create(program({ adopt: "reclaim" }));
    expect(entry.outputs).toMatchObject({ adopted: false });
    expect(await allowed()).toEqual(groups);
    await client.delete(entry);
    expect((await server.call("GET", `/api/oidc/clients/${clientId}`)).status).toBe(404);
  });

  test("is not reclaimed when it has other content, and the preview says which", async () => {
    const { failures } = await client.check(program({ name: "other", adopt: "reclaim" }));
    expect(failures).toEqual([
      {
        property: "clientId",
        reason: expect.stringContaining('(name "ocis" -> "other"; restricted false') as string,
      },
    ]);
  });

  test("is found by name and callback, keeps its ID, and the preview shows it", async () => {
    const name = uniqueName("web");
    const callbackURLs = ["https://ocis.company.com/"];
    await server.call<Json>("PUT", `/api/oidc/clients/${clientId}`, {
      ...(await live()),
      name,
      callbackURLs,
    });
    const byName = { ...program(), name, clientId: undefined, defaultClientId: "other", adopt: "ifExists" };
    expect((await client.check(byName)).inputs).toMatchObject({ clientId });
    const entry = await client.create(byName);
    expect(entry.id).toBe(clientId);
    // Without the setting, later: the client in state keeps its ID.
    expect(await client.diff(entry, { ...byName, adopt: "never" })).toMatchObject({ changes: false });
  });
});

test("a client that must be there, and is not, is refused at preview", async () => {
  const { failures } = await client.check(program({ adopt: "must" }));
  expect(failures).toEqual([
    {
      property: "clientId",
      reason: expect.stringContaining(`Pocket ID has no OIDC client '${clientId}'`) as string,
    },
  ]);
});

test("a client in state without a chosen ID keeps no other one from being checked", async () => {
  const generated = {
    name: uniqueName("app"),
    callbackUrls: ["https://app.company.com/"],
    restricted: false,
  };
  const other = { ...generated, name: uniqueName("other"), callbackUrls: ["https://other.company.com/"] };
  const entry = await client.create(generated);
  try {
    expect((await client.check(generated, entry.inputs)).failures).toEqual([]);
    const { failures } = await client.check({ ...other, adopt: "must" });
    expect(failures).toEqual([
      {
        property: "clientId",
        reason: expect.stringContaining("Pocket ID has no OIDC client named") as string,
      },
    ]);
  } finally {
    await client.delete(entry);
  }
});

test("a default ID is used for a new client, known at preview, and kept when the default changes", async () => {
  const byDefault = { ...program(), clientId: undefined, defaultClientId: clientId };
  expect((await client.check(byDefault)).inputs).toMatchObject({ clientId });
  const entry = await client.create(byDefault);
  expect(await client.diff(entry, { ...byDefault, defaultClientId: "another" })).toMatchObject({
    changes: false,
  });
});

test("without any ID Pocket ID makes one, and nothing differs afterwards", async () => {
  const generated = program({ clientId: undefined });
  const entry = await client.create(generated);
  expect(entry.outputs["clientId"]).toBe(entry.id);
  expect(await client.diff(entry, generated)).toMatchObject({ changes: false });
  const refreshed = await client.refresh(entry);
  expect(refreshed?.outputs).toEqual(entry.outputs);
  if (refreshed !== undefined)
    expect(await client.diff(refreshed, generated)).toMatchObject({ changes: false });
  await client.delete(entry);
});

test.each<[object, string, string]>([
  [{ allowedUserGroupIds: undefined }, "allowedUserGroupIds", "a restricted client needs the groups"],
  [{ allowedUserGroupIds: [] }, "allowedUserGroupIds", "a restricted client needs the groups"],
  [{ restricted: false }, "allowedUserGroupIds", "has no effect with restricted: false"],
  [{ pkceEnabled: false }, "pkceEnabled", "a public client always uses PKCE"],
  [{ clientId: "with blank" }, "clientId", "must have 2 to 128 letters"],
  [{ clientId: ".." }, "clientId", "can't be part of a URL"],
  [{ callbackUrls: ["/path"] }, "callbackUrls.0", "'/path' has no scheme"],
  [{ callbackUrls: ["http://localhost:{port}"] }, "callbackUrls.0", "has the port '{port}'"],
  [{ callbackUrls: ["javascript:alert(1)"] }, "callbackUrls.0", "which a browser would run"],
  [{ launchUrl: "/here" }, "launchUrl", "must be an absolute URL"],
  [{ name: "x".repeat(51) }, "name", "must have 1 to 50 characters"],
  [{ accessTokenDurationMinutes: 0 }, "accessTokenDurationMinutes", "must be 1 to 525600 minutes"],
])("%j is refused at preview", async (more, property, reason) => {
  const { failures } = await client.check(program(more));
  expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) as string }]);
});

test("nobody is allowed only when the program says so", async () => {
  await client.create(program({ allowedUserGroupIds: [], allowNobody: true }));
  expect(await live()).toMatchObject({ isGroupRestricted: true, allowedUserGroups: [] });
});

test("groups that are unknown at preview aren't refused", async () => {
  expect((await client.check(program({ allowedUserGroupIds: [UNKNOWN] }))).failures).toEqual([]);
});

test("a field that the server does not know is refused with both versions", async () => {
  const { failures } = await client.check(program({ skipConsent: true }));
  expect(failures).toEqual(
    server.version.startsWith("2.9")
      ? [
          {
            property: "skipConsent",
            reason: expect.stringContaining("needs Pocket ID 2.10 or later, and this one is 2.9") as string,
          },
        ]
      : [],
  );
});

describe("allowNobody without a list", () => {
  const closed = () => program({ allowedUserGroupIds: undefined, allowNobody: true });
  const byHand = (userGroupIds: string[]) =>
    server.call("PUT", `/api/oidc/clients/${clientId}/allowed-user-groups`, { userGroupIds });

  test("a group that is let in by hand is drift, and is put out again", async () => {
    const entry = await client.create(closed());
    await byHand(groups);
    runEngineAnew();
    const drifted = await client.refresh(entry);
    expect(drifted?.inputs["allowedUserGroupIds"]).toEqual(groups);
    if (drifted === undefined) return;
    expect(await client.diff(drifted, closed())).toMatchObject({ changes: true });
    await client.update(drifted, closed());
    expect(await allowed()).toEqual([]);
  });

  test("a preview lists the groups that an adopted client loses", async () => {
    await client.create(program());
    runEngineAnew();
    const lines = await noticesOf(() => client.check({ ...closed(), adopt: "ifExists" }));
    expect(lines.join()).toContain(`allowedUserGroupIds ${JSON.stringify(groups)} -> []`);
  });
});

test("a group that another resource lets in while a shared client is updated keeps its place", async () => {
  const shared = (more: object) => program({ allowedUserGroupsMode: "include", ...more });
  const [first = "", second = ""] = groups;
  const configuration = anotherProcess(server);
  client = operate(oidcClient, configuration);
  const joins = operate(allowedOidcClients, configuration);
  const entry = await client.create(shared({ allowedUserGroupIds: [first] }));
  await joins.create({ groupId: first, clientIds: [clientId] });
  await Promise.all([
    client.update(entry, shared({ name: "renamed", allowedUserGroupIds: [], allowNobody: true })),
    joins.create({ groupId: second, clientIds: [clientId] }),
  ]);
  expect(await allowed()).toEqual([second]);
});
