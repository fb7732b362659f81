import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import program from "../../index";
import { engineStack, type EngineStack } from "../support/engine";

/**
 * States that earlier versions wrote stay readable. A fixture is the state of the example company, and what its Pocket ID
 * kept; `TEST_RECORD_STATE=1.2.3 npx jest tests/engine/stored-state` records one for a release, and none is ever changed.
 */
const FIXTURES = path.join(__dirname, "..", "fixtures", "state");
const VERSIONS = ["0.1.0"];
/** Where the recorded server was, in the texts of a fixture. */
const RECORDED_URL = "http://127.0.0.1:1";
/** The key in the state of a fixture. */
const RECORDED_KEY = "embedded-key-for-tests-only";
const PEOPLE = { admin: "alice", spaceAdmin: "sam", user: "uma", guest: "gus" };

let server: Emulator;
let stack: EngineStack;

async function open(pocketIdData?: string): Promise<void> {
  stack = await engineStack("ocis-pocket-id", program);
  const dataFile = path.join(stack.directory, "pocket-id.json");
  if (pocketIdData !== undefined) copyFileSync(pocketIdData, dataFile);
  server = await startEmulator({ dataFile, issuer: "https://pocket-id.company.test", apiKey: RECORDED_KEY });
  await stack.setConfig({
    "ocis-pocket-id:domain": { value: "company.test" },
    "ocis-pocket-id:target": { value: "bundle" },
    "ocis-pocket-id:bundleDirectory": { value: path.join(stack.directory, "bundle") },
    "ocis-pocket-id:members": {
      value: JSON.stringify(Object.fromEntries(Object.entries(PEOPLE).map(([role, name]) => [role, [name]]))),
    },
    "pocketid:url": { value: server.url },
    "pocketid:apiKey": { value: server.apiKey, secret: true },
  });
}
afterEach(async () => {
  await stack.remove();
  await server.close();
});

type Json = Record<string, unknown>;
const writes = () => server.requests.filter(({ method }) => method !== "GET");
const counts = async () => {
  const count = async (what: string) => {
    const headers = { "X-API-KEY": server.apiKey };
    const answer = await fetch(`${server.url}/api/${what}`, { headers });
    return ((await answer.json()) as { pagination: { totalItems: number } }).pagination.totalItems;
  };
  return { groups: await count("user-groups"), clients: await count("oidc/clients") };
};

test.each(VERSIONS)("the state of version %s is refreshed, updated and destroyed", async (version) => {
  const fixture = path.join(FIXTURES, version);
  await open(path.join(fixture, "pocket-id.json"));
  const recorded = readFileSync(path.join(fixture, "stack.json"), "utf8");
  await stack.takeOver(
    recorded.replaceAll(RECORDED_URL, server.url).replaceAll("/recorded", stack.directory),
  );

  // Only the files of the bundle are not there: they were on another machine. Claims get the mode that lists of values came
  // with, and clients the fields that were not managed before; of these only the web client's launch URL is another.
  const preview = await stack.preview({ refresh: true });
  expect(preview.changes).toEqual({ create: 1, update: 8, same: expect.any(Number) as number });
  await stack.up({ refresh: true });
  expect(writes().map(({ method, path: at, body }) => [method, at, (body as Json)["launchURL"]])).toEqual([
    ["PUT", "/api/oidc/clients/ocis.company.test", "https://ocis.company.test"],
  ]);
  expect(existsSync(path.join(stack.directory, "bundle", "csp.yaml"))).toBe(true);

  await stack.setConfig({ "ocis-pocket-id:claimKey": { value: "files_role" } });
  expect((await stack.up()).changes).toMatchObject({ update: 5 });
  expect((await stack.preview({ refresh: true })).changes).not.toHaveProperty("update");
  await stack.destroy();
  expect(await counts()).toEqual({ groups: 0, clients: 0 });
});

const recording = process.env["TEST_RECORD_STATE"];
if (recording !== undefined) {
  test("records a state", async () => {
    await open();
    for (const username of Object.values(PEOPLE)) server.addUser({ username });
    await stack.up();
    const fixture = path.join(FIXTURES, recording);
    if (existsSync(fixture)) throw new Error(`${fixture} is there already, and states are never changed`);
    mkdirSync(fixture, { recursive: true });
    const text = stack.state().replaceAll(server.url, RECORDED_URL).replaceAll(stack.directory, "/recorded");
    writeFileSync(path.join(fixture, "stack.json"), text);
    copyFileSync(path.join(stack.directory, "pocket-id.json"), path.join(fixture, "pocket-id.json"));
  });
}
