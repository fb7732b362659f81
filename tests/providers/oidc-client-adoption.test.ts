import { uniqueName } from "../support/pocket-id";
import {
  allowed,
  client,
  clientId,
  groups,
  type Json,
  live,
  program,
  runEngineAnew,
  server,
} from "./client-under-test";

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
