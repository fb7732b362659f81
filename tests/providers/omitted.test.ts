import { oidcClient } from "@ocis-pocket-id/providers/handlers";
import { startEmbeddedPocketId } from "../../embedded";
import { isAtLeast } from "../../providers/pocket-id/server-version";
import { clientEdits } from "../support/client-fields";
import { anotherProcess, type Entry, operate, UNKNOWN } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

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

test("while the server doesn't answer, fields stay managed, and none is added that it may lack", async () => {
  const server = await startEmbeddedPocketId({ version: "2.14" });
  const configuration = anotherProcess(server);
  const args = { name: "app", clientId: "app", restricted: false, omitted: "reset" };
  const made = await operate(oidcClient, configuration).create(args);
  await server.close();
  const away = operate(oidcClient, anotherProcess(server));
  expect(await away.diff(made, args)).toMatchObject({ changes: false });
  const { inputs } = await away.check(args);
  expect(inputs).toMatchObject({ requiresReauthentication: false });
  expect(inputs).not.toHaveProperty("skipConsent");
});
