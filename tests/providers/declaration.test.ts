import * as pulumi from "@pulumi/pulumi";
import { changesOf } from "../../providers/core";
import { declare } from "../../providers/core/declare";
import { objectHandler } from "../../providers/core/object";
import { rules } from "../../providers/oidc-client/handler";
import { clientServer, type ClientServer } from "../support/client-server";
import { ClientWithMotto, clientWithMotto } from "../support/made-up";
import { anotherProcess, operate } from "../support/operate";

/** A property that is added to a declaration works wherever properties do; nothing else was written for it. */
const handler = objectHandler(clientWithMotto, rules);
const KEY = { apiKey: "key" };

const program = (more: object = {}) => ({ name: "wiki", clientId: "wiki", restricted: false, ...more });

let server: ClientServer;
let client: ReturnType<typeof operate>;
const open = async (version = "2.14.0") => {
  server = await clientServer(version);
  runEngineAnew();
};
function runEngineAnew(): void {
  client = operate(handler, anotherProcess({ ...KEY, url: server.url }));
}
const live = () => server.clients.get("wiki") ?? {};
afterEach(() => server.close());

test("it is validated, in words that name it", async () => {
  await open();
  const tooLong = await client.check(program({ motto: "x".repeat(21) }));
  expect(tooLong.failures).toEqual([{ property: "motto", reason: "must have 0 to 20 characters" }]);
  const wrong = await client.check(program({ motto: 7 }));
  expect(wrong.failures).toEqual([{ property: "motto", reason: "must be text" }]);
});

test("state doesn't keep its default, and compares as if it did", async () => {
  await open();
  const entry = await client.create(program());
  expect(entry.inputs).not.toHaveProperty("motto");
  expect(handler.filled(entry.inputs)).toMatchObject({ motto: "" });
  expect(entry.outputs).toMatchObject({ motto: "" });
  expect(await client.diff(entry, program({ motto: "" }))).toMatchObject({ changes: false });
  expect(await client.diff(entry, program({ motto: "All of it" }))).toMatchObject({
    changes: true,
    replaces: [],
  });
});

test("it makes a new object if the declaration says so", async () => {
  await open();
  const properties = {
    ...clientWithMotto.properties,
    motto: { ...clientWithMotto.properties.motto, replaces: true as const },
  };
  const replacing = declare({ ...clientWithMotto, properties });
  client = operate(objectHandler(replacing, rules), anotherProcess({ ...KEY, url: server.url }));
  const entry = await client.create(program({ motto: "Old" }));
  expect(await client.diff(entry, program({ motto: "New" }))).toEqual({
    changes: true,
    replaces: ["motto"],
    deleteBeforeReplace: true,
  });
});

test("a server that is too old is refused, at preview and at up, unless it has the default", async () => {
  await open("2.11.0");
  const reason = "needs Pocket ID 2.12 or later, and this one is 2.11.0: leave it out, or upgrade Pocket ID";
  const { inputs, failures } = await client.check(program({ motto: "Hello" }));
  expect(failures).toEqual([{ property: "motto", reason }]);
  await expect(handler.create({ ...inputs, motto: "Hello" })).rejects.toThrow(`motto ${reason}`);
  const entry = await client.create(program());
  await expect(client.update(entry, program({ motto: "Hello" }))).rejects.toThrow(`motto: ${reason}`);
  // The server doesn't show the field, and it isn't written again and again.
  const before = server.writes();
  await client.update(entry, program());
  expect(server.writes()).toBe(before);
});

test("it is written at create and update, and what isn't managed is kept at any depth", async () => {
  await open();
  const issuer = "https://ci.company.com";
  const federatedIdentities = [{ issuer, subject: "deploy" }];
  const entry = await client.create(program({ motto: "Hello", federatedIdentities }));
  expect(live()).toMatchObject({ branding: { motto: "Hello" }, credentials: { federatedIdentities } });

  const identity = { issuer, subject: "deploy", replayProtection: true };
  const stranger = { issuer: "https://other.example", subject: "x", replayProtection: false };
  const byHand = {
    future: { deep: [1] },
    branding: { motto: "By hand", colour: "red" },
    credentials: { federatedIdentities: [stranger, identity], secrets: [{ id: "s" }] },
  };
  server.clients.set("wiki", { ...live(), ...byHand });
  runEngineAnew();
  await client.update(entry, program({ motto: "Again", federatedIdentities }));
  expect(live()).toMatchObject({
    future: { deep: [1] },
    branding: { motto: "Again", colour: "red" },
    credentials: { federatedIdentities: [identity], secrets: [{ id: "s" }] },
  });

  // Another subject of the same issuer is the same identity, changed.
  const changed = [{ issuer, subject: "release" }];
  const updated = await client.update(entry, program({ motto: "Again", federatedIdentities: changed }));
  expect(live()).toMatchObject({
    credentials: { federatedIdentities: [{ issuer, subject: "release", replayProtection: true }] },
  });
  // What isn't managed makes no difference.
  expect((await client.refresh(updated))?.inputs).toEqual(updated.inputs);
  const before = server.writes();
  await client.update(updated, program({ motto: "Again", federatedIdentities: changed }));
  expect(server.writes()).toBe(before);
});

test("a preview tells what adoption would change of it", async () => {
  await open();
  server.clients.set("taken", { id: "taken", name: "wiki", branding: { motto: "By hand" } });
  const adopting = program({ clientId: "taken", adopt: "reclaim", motto: "Ours" });
  const { failures } = await client.check(adopting);
  expect(failures[0]?.reason).toContain('differs from what this stack creates (motto "By hand" -> "Ours")');

  const said = jest.spyOn(console, "error").mockImplementation(() => undefined);
  try {
    await client.check({ ...adopting, adopt: "ifExists" });
    expect(said).toHaveBeenCalledWith(
      `OIDC client 'taken' ('wiki'): adopted, will change: motto "By hand" -> "Ours"`,
    );
  } finally {
    said.mockRestore();
  }
});

test("drift tells of it, in the words of the declaration", async () => {
  await open();
  const entry = await client.create(program({ motto: "Hello" }));
  server.clients.set("wiki", { ...live(), branding: { motto: "\u001b[2J" } });
  const now = await client.refresh(entry);
  const names = { group: (id: string) => id };
  expect(changesOf(clientWithMotto, now?.outputs ?? {}, entry.inputs, names)).toEqual([
    { field: "motto", words: "motto is '\\u001b[2J', should be 'Hello'" },
  ]);
  const worded = declare({
    ...clientWithMotto,
    properties: {
      ...clientWithMotto.properties,
      motto: { ...clientWithMotto.properties.motto, drift: "words below the name" },
    },
  });
  expect(changesOf(worded, {}, entry.inputs, names)).toContainEqual({
    field: "motto",
    words: "words below the name is missing, should be 'Hello'",
  });
});

test("it is an input and an output of the resource", async () => {
  await open();
  const state: Record<string, unknown>[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ inputs }) => {
      state.push(inputs as Record<string, unknown>);
      return { id: "wiki", state: { ...(inputs as object), motto: "Hello" } };
    },
    call: () => ({}),
  });
  const made = new ClientWithMotto("wiki", { name: "wiki", motto: pulumi.output("Hello") });
  expect(await new Promise((resolve) => made.motto.apply(resolve))).toBe("Hello");
  expect(state).toEqual([expect.objectContaining({ motto: "Hello" })]);
  const left = new ClientWithMotto("other", { name: "other" });
  expect(await new Promise((resolve) => left.motto.apply(resolve))).toBe("Hello");
  expect(await new Promise((resolve) => left.launchUrl.apply(resolve))).toBeUndefined();
});
