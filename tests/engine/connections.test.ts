import { PocketIdProvider, UserGroup } from "@ocis-pocket-id/providers";
import { type Emulator, startEmulator } from "../../emulator";
import { type EngineStack, engineStack } from "../support/engine";

const KEY = "first-key-of-the-admin";
const ROTATED = "second-key-of-the-admin";

let first: Emulator;
let second: Emulator;
let stack: EngineStack | undefined;

beforeEach(async () => {
  first = await startEmulator({ apiKey: KEY });
  second = await startEmulator({ apiKey: "key-of-the-other-server" });
});
afterEach(async () => {
  await stack?.remove();
  stack = undefined;
  await Promise.all([first.close(), second.close()]);
});

const groupNames = async ({ url, apiKey }: Emulator) => {
  const answer = await fetch(`${url}/api/user-groups`, { headers: { "X-API-KEY": apiKey } });
  return ((await answer.json()) as { data: { name: string }[] }).data.map(({ name }) => name);
};

test("one program speaks to two Pocket IDs, each with its own key", async () => {
  stack = await engineStack("two-servers", () => {
    for (const [name, { url, apiKey }] of [["company", first] as const, ["other", second] as const]) {
      const provider = new PocketIdProvider(name, { url, apiKey });
      new UserGroup(name, { name: `group-of-${name}` }, { provider });
    }
    return Promise.resolve();
  });
  await stack.up();
  expect(await groupNames(first)).toEqual(["group-of-company"]);
  expect(await groupNames(second)).toEqual(["group-of-other"]);
  expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 5 });
  await stack.destroy();
  expect(await groupNames(second)).toEqual([]);
});

const oneGroup = () => {
  new UserGroup("group", { name: "team", friendlyName: "Team" });
  return Promise.resolve();
};

test("a key in the environment is never stored, and a rotated one works at once", async () => {
  stack = await engineStack("environment-key", oneGroup);
  stack.environment({ POCKET_ID_URL: first.url, POCKET_ID_API_KEY: KEY });
  await stack.up();
  first.rotateApiKey(ROTATED);
  stack.environment({ POCKET_ID_URL: first.url, POCKET_ID_API_KEY: ROTATED });
  expect((await stack.refresh()).changes).toEqual({ same: 2 });
  await stack.destroy();
  const state = stack.state();
  expect(state).not.toContain(KEY);
  expect(state).not.toContain(ROTATED);
});

test("a key in configuration is ciphertext in state; after a rotation a 401 names `pulumi up`, which fixes it", async () => {
  stack = await engineStack("configured-key", oneGroup, {
    "pocketid:url": { value: first.url },
    "pocketid:apiKey": { value: KEY, secret: true },
  });
  const outcome = await stack.up();
  first.rotateApiKey(ROTATED);
  await stack.setConfig({ "pocketid:apiKey": { value: ROTATED, secret: true } });

  const failure = await stack.failureOf(stack.refresh());
  expect(failure).toContain("HTTP 401");
  expect(failure).toContain("`pulumi up` (or add --run-program");

  await stack.up();
  expect((await stack.refresh()).changes).toEqual({ same: 2 });
  for (const text of [stack.state(), outcome.text, failure]) {
    expect(text).not.toContain(KEY);
    expect(text).not.toContain(ROTATED);
  }
});

test("a wrong key is one clear line at preview, once", async () => {
  stack = await engineStack("wrong-key", oneGroup, {
    "pocketid:url": { value: first.url },
    "pocketid:apiKey": { value: "wrong-key", secret: true },
  });
  const failure = await stack.failureOf(stack.preview());
  const diagnostics = failure.slice(failure.lastIndexOf("Diagnostics:"));
  const lines = diagnostics.split("\n").filter((line) => line.includes("HTTP 401"));
  expect(lines).toEqual([
    expect.stringContaining(
      `error: pulumi-nodejs:dynamic/pocketid:UserGroup resource 'group' has a problem: GET ${first.url}/api/users/me: HTTP 401`,
    ),
  ]);
});

test("another server is announced before anything is made there, and the old one keeps its objects", async () => {
  const connectionTo = ({ url, apiKey }: Emulator) => ({
    "pocketid:url": { value: url },
    "pocketid:apiKey": { value: apiKey, secret: true },
  });
  stack = await engineStack("moved", oneGroup, connectionTo(first));
  await stack.up();
  await stack.setConfig(connectionTo(second));

  for (const operation of [stack.preview(), stack.up()]) {
    const failure = await stack.failureOf(operation);
    expect(failure).toContain(
      `user group 'team' was made at ${first.url}, but pocketid:url now names ${second.url}`,
    );
    expect(await groupNames(second)).toEqual([]);
  }
  const preview = await stack.preview({ refresh: true, runProgram: true });
  expect(preview.text).toContain(`user group 'team' was made at ${first.url} and isn't at ${second.url}`);
  expect(await groupNames(second)).toEqual([]);

  await stack.up({ refresh: true, runProgram: true });
  expect(await groupNames(first)).toEqual(["team"]);
  expect(await groupNames(second)).toEqual(["team"]);
  expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 2 });
});

test("the same server under a new name changes nothing", async () => {
  stack = await engineStack("renamed-server", oneGroup, {
    "pocketid:url": { value: first.url },
    "pocketid:apiKey": { value: KEY, secret: true },
  });
  await stack.up();
  await stack.setConfig({ "pocketid:url": { value: first.url.replace("127.0.0.1", "localhost") } });
  expect((await stack.preview()).changes).toMatchObject({ same: 2 });
  await stack.up();
  expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 2 });
  expect(await groupNames(first)).toEqual(["team"]);
});
