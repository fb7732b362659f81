import { oidcClient } from "@ocis-pocket-id/providers/handlers";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { isAtLeast } from "../../providers/pocket-id/server-version";
import { clientEdits } from "../support/client-fields";
import { anotherProcess, type Entry, operate, UNKNOWN } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";
import { withoutWaits } from "../support/without-waits";

withoutWaits();

type Json = Record<string, unknown>;

const CALLBACK = "https://ocis.company.test/oidc-callback.html";

describe.each(["2.9", "2.14"] as const)("what a program leaves out, on Pocket ID %s", (version) => {
  let server: PocketIdUnderTest;
  let clientId: string;
  let groupId: string;
  beforeAll(async () => {
    server = await pocketIdUnderTest({ version });
    const body = { name: uniqueName("group"), friendlyName: "Group" };
    groupId = (await server.call<{ id: string }>("POST", "/api/user-groups", body)).body.id;
  });
  afterAll(async () => {
    await server.call("DELETE", `/api/user-groups/${groupId}`);
    await server.close();
  });
  beforeEach(() => {
    clientId = uniqueName("client");
  });
  afterEach(() => server.call("DELETE", `/api/oidc/clients/${clientId}`));

  const run = () => operate(oidcClient, anotherProcess(server));
  const program = (more: object = {}) => ({
    name: "ocis",
    clientId,
    callbackUrls: [CALLBACK],
    isPublic: true,
    allowedUserGroupIds: [groupId],
    ...more,
  });
  const live = async () => (await server.call<Json>("GET", `/api/oidc/clients/${clientId}`)).body;
  const edit = async (change: Json) => {
    const { status } = await server.call("PUT", `/api/oidc/clients/${clientId}`, {
      ...(await live()),
      ...change,
    });
    expect(status).toBe(200);
  };
  const inPlay = (entry: Entry | undefined, name: string) => entry?.inputs[name];

  test("is managed with omitted: reset; each field that is changed by hand is a difference, and is reverted", async () => {
    const args = program({ omitted: "reset" });
    const made = await run().create(args);
    const untouched = await live();
    expect((await run().refresh(made))?.inputs).toEqual(made.inputs);
    const edits = clientEdits(server.version, untouched);
    expect(edits.length).toBeGreaterThan(isAtLeast(server.version, "2.13") ? 11 : 7);
    for (const { name, field, value } of edits) {
      await edit({ [field]: value });
      expect([name, (await live())[field]]).not.toEqual([name, untouched[field]]);
      const refreshed = await run().refresh(made);
      expect([name, inPlay(refreshed, name)]).not.toEqual([name, inPlay(made, name)]);
      const now = refreshed ?? made;
      expect([name, await run().diff(now, args)]).toEqual([name, expect.objectContaining({ changes: true })]);
      const reverted = await run().update(now, args);
      expect([name, (await live())[field]]).toEqual([name, untouched[field]]);
      expect(await run().diff(reverted, args)).toMatchObject({ changes: false });
    }
    // Unrestricting it empties the list, and nothing else is left to compare.
    expect(await live()).toEqual(untouched);
  });

  test("is kept without it", async () => {
    const made = await run().create(program());
    await edit({ requiresReauthentication: true, launchURL: "https://elsewhere.example/" });
    expect(await run().diff((await run().refresh(made)) ?? made, program())).toMatchObject({
      changes: false,
    });
    await run().update(made, program({ name: "renamed" }));
    expect(await live()).toMatchObject({
      name: "renamed",
      requiresReauthentication: true,
      launchURL: "https://elsewhere.example/",
    });
  });

  test("is reset when a program changes its mind, and a launch URL can be taken away", async () => {
    const made = await run().create(program({ launchUrl: "https://ocis.company.test/" }));
    await edit({ requiresReauthentication: true });
    const reset = await run().update(made, program({ omitted: "reset" }));
    expect(await live()).toMatchObject({ requiresReauthentication: false });
    expect((await live())["launchURL"] ?? "").toBe("");
    const linked = await run().update(
      reset,
      program({ omitted: "reset", launchUrl: "https://ocis.company.test/" }),
    );
    expect((await live())["launchURL"]).toBe("https://ocis.company.test/");
    await run().update(linked, program({ launchUrl: "" }));
    expect((await live())["launchURL"] ?? "").toBe("");
  });

  test("leaves what isn't known yet to the program", async () => {
    const { inputs } = await run().check(program({ omitted: "reset", launchUrl: UNKNOWN }));
    expect(inputs["launchUrl"]).toBe(UNKNOWN);
  });

  test("asks for no consent in a first-party client, where Pocket ID can leave that out", async () => {
    const args = program({ firstParty: true });
    const made = await run().create(args);
    const hasIt = isAtLeast(server.version, "2.10");
    expect([made.inputs["skipConsent"], (await live())["skipConsent"]]).toEqual(
      hasIt ? [true, true] : [undefined, undefined],
    );
    expect(await run().diff(made, args)).toMatchObject({ changes: false });
    if (!hasIt) {
      const { failures } = await run().check(program({ firstParty: true, skipConsent: true }));
      expect(failures[0]?.reason).toContain("needs Pocket ID 2.10 or later");
      return;
    }
    await run().update(made, program({ firstParty: true, skipConsent: false }));
    expect((await live())["skipConsent"]).toBe(false);
  });
});

describe("a client in state", () => {
  const args = { name: "app", clientId: "app", restricted: false, omitted: "reset", firstParty: true };
  const run = (server: Emulator) => operate(oidcClient, anotherProcess(server));

  test("stays managed while the server doesn't answer, and one that is new lacks what the server may lack", async () => {
    const server = await startEmulator({ version: "2.14" });
    const made = await run(server).create(args);
    await server.close();
    expect(await run(server).diff(made, args)).toMatchObject({ changes: false });
    const { inputs } = await run(server).check(args);
    expect(inputs).toMatchObject({ requiresReauthentication: false });
    expect(inputs).not.toHaveProperty("skipConsent");
  });

  test("asks nothing for a preview without changes", async () => {
    const server = await startEmulator({ version: "2.14" });
    const made = await run(server).create(args);
    server.requests.length = 0;
    expect(await run(server).diff(made, args)).toMatchObject({ changes: false });
    expect(server.requests).toEqual([]);
    await server.close();
  });

  test("gets the fields of a newer Pocket ID with the first refresh after the upgrade", async () => {
    const directory = mkdtempSync(join(tmpdir(), "omitted-"));
    const dataFile = join(directory, "data.json");
    const older = await startEmulator({ version: "2.9", dataFile });
    const made = await run(older).create(args);
    await older.close();
    const newer = await startEmulator({
      version: "2.14",
      dataFile,
      port: Number(new URL(older.url).port),
    });
    try {
      expect(await run(newer).diff(made, args)).toMatchObject({ changes: false });
      const refreshed = (await run(newer).refresh(made)) ?? made;
      expect(refreshed.inputs).toMatchObject({ skipConsent: false, accessTokenDurationMinutes: 60 });
      expect(await run(newer).diff(refreshed, args)).toMatchObject({ changes: true });
      const updated = await run(newer).update(refreshed, args);
      expect(updated.outputs).toMatchObject({ skipConsent: true });
      expect(await run(newer).diff((await run(newer).refresh(updated)) ?? made, args)).toMatchObject({
        changes: false,
      });
    } finally {
      await newer.close();
      rmSync(directory, { recursive: true });
    }
  });
});
