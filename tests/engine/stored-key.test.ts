import { UserGroup } from "@ocis-pocket-id/providers";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { type EngineStack, engineStack } from "../support/engine";

/** A key that was set without --secret is refused in programs of users, before anything can have it. */
const KEY = "key-that-was-set-without-secret";

let server: Emulator;
let stack: EngineStack;

beforeAll(async () => {
  server = await startEmulator({ apiKey: KEY });
  stack = await engineStack("ocis-pocket-id", () => {
    new UserGroup("team", { name: "team" });
    return Promise.resolve();
  });
});
afterAll(async () => {
  await stack.remove();
  await server.close();
});

const store = (secret: boolean) =>
  stack.setConfig({ "pocketid:url": { value: server.url }, "pocketid:apiKey": { value: KEY, secret } });

test.each([
  ["a resource", `new providers.UserGroup("team", { name: "team" });`],
  ["a file", `new components.LocalFiles("x", { directory: "never-made", files: { a: "b" } });`],
  ["a look-up", `exports.team = providers.getUserGroup({ name: "team" });`],
  [
    "a connection",
    `new providers.PocketIdProvider("other", { url: "https://id.company.test", apiKey: "x" });`,
  ],
  ["the component", `new components.OcisWithPocketId("ocis", { domain: "company.test" });`],
])("%s is refused at preview and up, in one line, and nobody gets the key", async (what, declaration) => {
  const file = join(stack.directory, `${what.replace(" ", "-")}.cjs`);
  const parts = ["components", "providers"].map(
    (name) => `const ${name} = require("@ocis-pocket-id/${name}");`,
  );
  writeFileSync(file, `${parts.join("\n")}\nmodule.exports = () => { ${declaration} };\n`);
  await store(false);
  for (const operation of ["preview", "up"] as const) {
    const failure = await stack.programFailure(operation, file);
    expect(failure).toMatch(
      /error: pocketid:apiKey is stored in clear, .*: make a new key .*`pulumi config set --secret pocketid:apiKey`, and delete/,
    );
    expect(failure).not.toContain(KEY);
    expect(failure).not.toMatch(/^\s+at .*\.(js|ts):\d+/m);
  }
  expect(server.requests).toEqual([]);
  expect(stack.state()).not.toContain(KEY);
});

test("after the command that the line names, all is well", async () => {
  await store(true);
  expect((await stack.up()).changes).toMatchObject({ create: 1 });
  expect(stack.state()).not.toContain(KEY);
  await stack.destroy();
});
