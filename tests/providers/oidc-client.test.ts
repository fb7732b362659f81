import { allowed, client, clientId, groups, type Json, live, program, server } from "./client-under-test";

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

test("another ID replaces, deleting the old client first", async () => {
  const entry = await client.create(program());
  const other = program({ clientId: `${clientId}-2` });
  expect(await client.diff(entry, other)).toEqual({
    changes: true,
    replaces: ["clientId"],
    deleteBeforeReplace: true,
  });
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
