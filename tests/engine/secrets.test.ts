import { OidcClient, UserGroup } from "@ocis-pocket-id/providers";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { engineStack, type EngineStack, type Outcome, type RunOptions } from "../support/engine";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

/**
 * What a run leaves behind for others to read: output, the engine's log as verbose as it gets, its events, errors, state
 * and its history. None of it may hold the key, or a client's secret.
 */
let server: PocketIdUnderTest;
let stack: EngineStack;
let name: string;
let said: string[];
let clientSecret: string;

beforeAll(async () => {
  server = await pocketIdUnderTest();
});
afterAll(() => server.close());
beforeEach(async () => {
  name = uniqueName("secrets");
  said = [];
  stack = await engineStack("secrets", () => {
    const group = new UserGroup("team", { name });
    new OidcClient("app", { name, clientId: name, allowedUserGroupIds: [group.id] });
    return Promise.resolve();
  });
});
afterEach(() => stack.remove());

const loudly = (verbosity: number): RunOptions => ({
  debug: true,
  logToStdErr: true,
  logVerbosity: verbosity,
  logFlow: true,
  onEvent: (event: EngineEvent) => said.push(JSON.stringify(event)),
});
const keep = async (operation: Promise<Outcome>) => said.push((await operation).text);

/** A stack's life with everything that could reveal a key: drift, a refusal, a failing server. */
async function live(verbosity: number): Promise<void> {
  const how = loudly(verbosity);
  await keep(stack.preview(how));
  await keep(stack.up(how));
  const secret = await server.call<{ secret: string }>("POST", `/api/oidc/clients/${name}/secret`);
  clientSecret = secret.body.secret;
  expect(clientSecret).toMatch(/^\S{20,}$/);
  const { body } = await server.call<object>("GET", `/api/oidc/clients/${name}`);
  await server.call("PUT", `/api/oidc/clients/${name}`, { ...body, name: "Edited" });
  await keep(stack.preview({ ...how, refresh: true }));
  await keep(stack.up({ ...how, refresh: true }));
  await server.call("DELETE", `/api/oidc/clients/${name}`);
  await server.call("POST", "/api/oidc/clients", { id: `${name}.x`, name, callbackURLs: [], isPublic: true });
  await keep(stack.up({ ...how, refresh: true }));
  await server.call("DELETE", `/api/oidc/clients/${name}.x`);
  await keep(stack.destroy());
}

/** The lines, of output and of files, that hold a secret in clear or in a simple disguise. */
function lines(secret: string): string[] {
  const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
  return [...said, ...filesIn(stack.directory)]
    .flatMap((text) => text.split("\n"))
    .filter((line) => forms.some((form) => line.includes(form)));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((file) => path.join(folder, String(file)))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "utf8"));
}

test("a key in configuration: nothing in clear, but for the engine's own words from verbosity 9 on", async () => {
  await stack.setConfig({
    "pocketid:url": { value: server.url },
    "pocketid:apiKey": { value: server.apiKey, secret: true },
  });
  await live(8);
  expect(lines(server.apiKey)).toEqual([]);
  expect(lines(clientSecret)).toEqual([]);

  // What the engine hands its plugin it also prints: the page on troubleshooting says so.
  said = [];
  await live(11);
  const itsOwn = /Marshaling property for RPC\[Provider\[\w+\]\.(Check|Diff)?Config(ure)?\(/;
  expect(lines(server.apiKey).filter((line) => !itsOwn.test(line))).toEqual([]);
  expect(lines(clientSecret)).toEqual([]);
});

test("a key in the environment: nothing in clear, however verbose", async () => {
  stack.environment({ POCKET_ID_URL: server.url, POCKET_ID_API_KEY: server.apiKey });
  await live(11);
  expect(said.join("").length).toBeGreaterThan(100_000);
  expect(lines(server.apiKey)).toEqual([]);
  expect(lines(clientSecret)).toEqual([]);
});

test("errors hold no key, however the server refuses", async () => {
  await stack.setConfig({
    "pocketid:url": { value: server.url },
    "pocketid:apiKey": { value: "a-key-that-was-never-valid", secret: true },
  });
  said.push(await stack.failureOf(stack.up(loudly(8))));
  await stack.setConfig({ "pocketid:apiKey": { value: "a-key-that-was\nbroken-in-two", secret: true } });
  said.push(await stack.failureOf(stack.up(loudly(8))));
  expect(said.join("\n")).toMatch(/HTTP 401[^]*has blanks or other characters/);
  for (const part of ["a-key-that-was-never-valid", "broken-in-two"]) expect(lines(part)).toEqual([]);
});
