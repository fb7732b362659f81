import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { load } from "js-yaml";
import { testEngine } from "../support/engine";
import { type FleetProject, fleetProject } from "./fleet-project";
import { onTerminal, whyNoTerminal } from "./terminal";

/** `fleet new` on the real engine; no Pocket ID is asked. */
const KEY = "key-of-nobody-0123456789";
let project: FleetProject;

beforeAll(async () => {
  await testEngine();
  project = fleetProject();
});
afterAll(() => {
  project.remove();
});

const create = (company: string, args: readonly string[], environment: Record<string, string> = {}) =>
  project.run(["fleet", "new", company, ...args, "--directory", project.stacks], {
    POCKET_ID_API_KEY: KEY,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase",
    ...environment,
  });

const config = (company: string) =>
  (load(project.stackFile(company)) as { config: Record<string, unknown> }).config;

test("flags become a stack file with an encrypted key", async () => {
  const args = [
    "--domain",
    "north.test",
    "--target",
    "bundle",
    "--members",
    "admin=alice",
    "user=bob,carol",
    "guest=",
  ];
  const { code, stdout, stderr } = await create("north", args);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("Next: ocis-pocket-id fleet preview north");
  expect(config("north")).toEqual({
    "ocis-pocket-id:domain": "north.test",
    "ocis-pocket-id:target": "bundle",
    "ocis-pocket-id:port": "9200",
    "ocis-pocket-id:members": { admin: ["alice"], user: ["bob", "carol"], guest: [] },
    "pocketid:apiKey": { secure: expect.stringMatching(/^v1:/) as string },
  });
  expect(project.stackFile("north") + project.state("north")).not.toContain(KEY);
});

test("the next company gets the next port, and what it needs beside another one on the same Pocket ID", async () => {
  expect((await create("south", ["--domain", "south.test"])).code).toBe(0);
  expect(config("south")).toMatchObject({ "ocis-pocket-id:port": "9201" });
  expect(config("south")).not.toHaveProperty(["ocis-pocket-id:claimKey"]);

  const beside = ["--domain", "east.test", "--pocket-id-url", "https://pocket-id.north.test/"];
  const { code, stdout } = await create("east.2", beside);
  expect(code).toBe(0);
  expect(stdout).toContain("shares its Pocket ID with north");
  expect(stdout).toContain(
    `north doesn't share the apps' clients: add "ocis-pocket-id:nativeClients: share" to `,
  );
  expect(config("east.2")).toMatchObject({
    "ocis-pocket-id:port": "9202",
    "ocis-pocket-id:claimKey": "east_2_roles",
    "ocis-pocket-id:nativeClients": "attach",
    "ocis-pocket-id:groupNames": { admin: "east.2-admin", guest: "east.2-guest" },
  });
});

const noTerminal = whyNoTerminal();
if (noTerminal !== undefined) console.log(`The questions of fleet new are not tried: ${noTerminal}`);
const testOnTerminal = noTerminal === undefined ? test : test.skip;

testOnTerminal("what no flag says is asked for, and the key is not shown", async () => {
  const args = ["fleet", "new", "asked", "--cwd", project.directory, "--directory", project.stacks];
  const answers = [
    ["Domain of the company", "asked.test"],
    ["Address of Pocket ID, or managed to run one [https://pocket-id.asked.test]", ""],
    ["docker, bundle, swarm or kubernetes [docker]", "bundle"],
    ["Port on this host [9203]", ""],
    ["role admin,", "alice"],
    ["role spaceAdmin,", ""],
    ["role user,", "bob, carol"],
    ["role guest,", ""],
    ["API key of a Pocket ID admin", KEY],
  ] as const;
  const login = { ...project.login, PULUMI_CONFIG_PASSPHRASE: "a passphrase" };
  const { code, shown } = await onTerminal(args, answers, login);
  expect([code, shown]).toEqual([0, expect.stringContaining("Next: ocis-pocket-id fleet preview asked")]);
  expect(shown).not.toContain(KEY);
  expect(config("asked")).toEqual({
    "ocis-pocket-id:domain": "asked.test",
    "ocis-pocket-id:target": "bundle",
    "ocis-pocket-id:port": "9203",
    "ocis-pocket-id:members": { admin: ["alice"], user: ["bob", "carol"] },
    "pocketid:apiKey": { secure: expect.stringMatching(/^v1:/) as string },
  });
});

test("a company with its own Pocket ID needs no key, and no port", async () => {
  const environment = { POCKET_ID_API_KEY: "" };
  const flags = ["--domain", "own.test", "--config", "certificates=internal", "--managed"];
  const { code, stderr } = await create("lone", [...flags, "--admin", "alice=alice@own.test"], environment);
  expect([code, stderr]).toEqual([0, ""]);
  expect(config("lone")).toEqual({
    "ocis-pocket-id:domain": "own.test",
    "ocis-pocket-id:pocketId": "managed",
    "ocis-pocket-id:pocketIdAdmin": { username: "alice", email: "alice@own.test" },
    "ocis-pocket-id:certificates": "internal",
  });
  for (const [more, problem] of [
    [["--port", "9300"], "--port can't be combined with a managed Pocket ID, which decides it: leave it out"],
    [["--admin", "alice"], "'alice' has no name before a '=': write alice=alice@company.com, for instance"],
    [["--config", "hsts=maybe"], "hsts: must be true or false"],
  ] as const) {
    const refused = await create("lone2", ["--domain", "own2.test", "--managed", ...more], environment);
    expect(refused.stderr).toContain(problem);
  }
});

test("nothing is overwritten, and no port is given twice", async () => {
  const before = project.stackFile("north");
  const again = await create("north", ["--domain", "other.test"]);
  expect([again.code, again.stderr]).toEqual([
    1,
    expect.stringMatching(/^error: .*already exists: choose another name\n$/),
  ]);
  expect(project.stackFile("north")).toBe(before);

  const port = await create("west", ["--domain", "west.test", "--port", "9201"]);
  expect([port.code, port.stderr]).toEqual([
    1,
    "error: south already uses port 9201: omit --port, or choose another one\n",
  ]);
  expect(readdirSync(project.stacks)).not.toContain("Pulumi.west.yaml");
});

test("what the program would refuse is refused in its words, and nothing is left", async () => {
  const args = [
    "--domain",
    "west.test/x",
    "--target",
    "cloud",
    "--members",
    "boss=alice",
    "--config",
    "colour=red",
  ];
  const { code, stderr } = await create("west", args);
  expect(code).toBe(1);
  expect(stderr).toContain("error: the stack's configuration has 4 problems:");
  expect(stderr).toContain("target: must be docker, bundle, swarm or kubernetes");
  expect(stderr).toContain("'boss' isn't a role");
  expect(stderr).toContain("colour: isn't a key of this program");
  expect(readdirSync(project.stacks)).not.toContain("Pulumi.west.yaml");
});

test.each([
  ["without a domain", ["west"], {}, "the company's domain is missing: use --domain company.com"],
  ["without a key", ["west", "--domain", "west.test"], { POCKET_ID_API_KEY: "" }, "POCKET_ID_API_KEY"],
  ["with a name that is a folder", ["..", "--domain", "west.test"], {}, "'..' can't be a company's name"],
  ["with a name of two words", ["a b", "--domain", "west.test"], {}, "'a b' can't be a company's name"],
  ["with a name that is none", ["../west", "--domain", "west.test"], {}, "can't be a company's name"],
  [
    "with members that aren't a pair",
    ["west", "--domain", "a.test", "--members", "alice"],
    {},
    "'alice' has no name before a '='",
  ],
])("%s it says so in one line", async (_what, [company = "", ...args], environment, line) => {
  const { code, stderr } = await create(company, args, environment);
  expect([code, stderr]).toEqual([1, expect.stringContaining(line)]);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

test("the key is taken from no command line, where everybody on the machine could read it", async () => {
  const { code, stdout, stderr } = await create("west", [
    ...["--domain", "west.test", "--config", "pocketid:apiKey=key-on-the-command-line"],
  ]);
  expect([code, stderr]).toEqual([
    1,
    "error: don't pass pocketid:apiKey on the command line, where others can read it: set POCKET_ID_API_KEY instead\n",
  ]);
  expect(stdout).toBe("");
  expect(readdirSync(project.stacks)).not.toContain("Pulumi.west.yaml");
});

test("when the engine refuses, neither file nor stack is left", async () => {
  const args = ["--domain", "west.test", "--secrets-provider", "nosuch://provider"];
  const { code, stderr } = await create("west", args);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^error: stack 'west' can't be created: [^\n]+\n$/),
  ]);
  expect(readdirSync(project.stacks)).not.toContain("Pulumi.west.yaml");
  expect(() => project.state("west")).toThrow("ENOENT");
});

test("a company can have a passphrase of its own", async () => {
  const folder = path.join(project.directory, "passphrases");
  mkdirSync(folder);
  writeFileSync(path.join(folder, "own"), "passphrase of its own\n");
  const args = ["--domain", "own.test", "--passphrase-file-directory", folder];
  expect((await create("own", args)).code).toBe(0);

  const preview = (passphrase: string) =>
    project.run(["fleet", "refresh", "own", "--directory", project.stacks], {
      PULUMI_CONFIG_PASSPHRASE: passphrase,
    });
  expect((await preview("a passphrase")).stdout).toMatch(/own: .*incorrect passphrase/);
  expect((await preview("passphrase of its own")).code).toBe(0);
});
