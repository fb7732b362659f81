import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { openPassphrases } from "../../cli/stacks/passphrases";
import { testEngine } from "../support/engine";
import type { Report } from "./drift-run";
import { type FleetProject, fleetProject, type FleetServer, fleetServer } from "./fleet-project";

/** Two stacks on the real engine, each with a passphrase of its own: one in a file, one in a variable. */
const NORTH = "passphrase of north";
const SOUTH = "passphrase of south";
let server: FleetServer;
let project: FleetProject;
/** The folder after `--passphrase-file-directory`, with the passphrase of north. */
let folder: string;
/** A folder with a file for every start of the engine: its arguments, and what its environment has of passphrases. */
let notes: string;
/** PATH with an engine that notes that. */
let noted: string;

beforeAll(async () => {
  const { directory, environment } = await testEngine();
  server = await fleetServer();
  project = fleetProject();
  folder = path.join(project.directory, "passphrases");
  notes = path.join(project.directory, "notes");
  const bin = path.join(project.directory, "bin");
  for (const one of [folder, bin, notes]) mkdirSync(one);
  writeFileSync(path.join(folder, "north"), `${NORTH}\n`);
  const note = `{ echo "pulumi $*"; env | grep ^PULUMI_CONFIG_PASSPHRASE; } > "${notes}/$$"`;
  const script = `#!/bin/sh\n${note}\nexec "${path.join(directory, "pulumi")}" "$@"\n`;
  writeFileSync(path.join(bin, "pulumi"), script, { mode: 0o755 });
  noted = `${bin}:${environment["PATH"] ?? ""}`;

  const { body } = await server.call<{ issuer: string }>("GET", "/.well-known/openid-configuration");
  for (const company of ["north", "south"]) {
    const bundle = `bundleDirectory=${path.join(project.directory, `bundle-${company}`)}`;
    const config = [`ocisHost=ocis.${company}.test`, `issuer=${body.issuer}`, bundle, "nativeClients=none"];
    const settings = ["--pocket-id-url", server.url, "--target", "bundle", "--config", ...config];
    const made = await run(["fleet", "new", company, ...settings], { POCKET_ID_API_KEY: server.apiKey });
    expect([made.code, made.stderr]).toEqual([0, ""]);
  }
  const up = await run(["fleet", "up", "--yes"]);
  expect([up.code, up.stdout]).toEqual([0, expect.stringContaining("2 companies: 2 done")]);
});
afterAll(async () => {
  project.remove();
  await server.close();
});

const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  project.run([...args, "--passphrase-file-directory", folder], {
    PULUMI_CONFIG_PASSPHRASE_SOUTH: SOUTH,
    ...environment,
  });
const WRONG = { PULUMI_CONFIG_PASSPHRASE_SOUTH: "another passphrase" };
/** The lines that say how a stack ended. */
const lineOf = (stack: string, text: string) => text.split("\n").filter((line) => line.includes(stack));

test("drift, doctor and diagram open each stack with its own", async () => {
  const drift = await run(["drift", "--all", "--strict"]);
  expect([drift.code, drift.stdout.match(/no drift/g)]).toEqual([0, Array(2).fill("no drift")]);
  const doctor = await run(["doctor", "--all", "--json"]);
  const results = JSON.parse(doctor.stdout) as { stack: string; error?: string }[];
  expect(results.map(({ stack, error }) => [stack, error])).toEqual([
    ["north", undefined],
    ["south", undefined],
  ]);
  const diagram = await run(["diagram", "--stack", "south", "--format", "mermaid"]);
  expect([diagram.code, diagram.stdout]).toEqual([0, expect.stringContaining("south-admin")]);
});

test("drift says in a line that one's passphrase is wrong, and looks at the other", async () => {
  const { code, stdout, stderr } = await run(["drift", "--all", "--json"], WRONG);
  const { stacks } = JSON.parse(stdout) as { stacks: Report[] };
  expect(code).toBe(1);
  expect(stacks.map(({ stack, objects, errors }) => [stack, objects > 5, errors])).toEqual([
    ["north", true, []],
    ["south", false, [expect.stringMatching(/^stack 'south' can't be read: .*incorrect passphrase/)]],
  ]);
  expect(stacks[1]?.errors[0]).toContain("(set PULUMI_CONFIG_PASSPHRASE_SOUTH to the stack's passphrase)");
  expect(lineOf("south", stderr)).toHaveLength(1);
  expect(stdout + stderr).not.toContain("another passphrase");
});

test("doctor does the same, and diagram has nothing but that line", async () => {
  const doctor = await run(["doctor", "--all"], WRONG);
  const line = /^error: stack 'south' can't be read: .*\(set PULUMI_CONFIG_PASSPHRASE_SOUTH to .*\)\n$/;
  expect([doctor.code, doctor.stderr]).toEqual([1, expect.stringMatching(line)]);
  expect(doctor.stdout).toMatch(/^north: /);
  const diagram = await run(["diagram", "--stack", "south"], WRONG);
  expect([diagram.code, diagram.stdout, diagram.stderr]).toEqual([1, "", expect.stringMatching(line)]);
});

test("a wrong file is named, and so are both variables without any passphrase", async () => {
  const file = path.join(folder, "south");
  writeFileSync(file, "yet another one\n");
  const wrong = await run(["drift", "--stack", "south"]);
  rmSync(file);
  expect(wrong.stdout).toContain(`(write the stack's passphrase into ${file})`);
  const none = await project.run(["drift", "--stack", "south"]);
  expect(none.stdout).toContain(
    "(set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_SOUTH for this stack alone, to its passphrase)",
  );
});

test.each([
  ["drift", ["drift", "--all"]],
  ["doctor", ["doctor", "--all"]],
  ["fleet", ["fleet", "refresh"]],
])("%s hands no stack's passphrase to the engine of another", async (_verb, args) => {
  for (const note of readdirSync(notes)) rmSync(path.join(notes, note));
  await run(args, { PATH: noted });
  const starts = readdirSync(notes).map((note) => readFileSync(path.join(notes, note), "utf8"));
  const withThem = starts.map((start) => ({
    stack: /--stack[ =](\w+)/.exec(start)?.[1],
    passphrases: [NORTH, SOUTH].filter((passphrase) => start.includes(passphrase)),
  }));
  const of = (stack: string) => withThem.filter((start) => start.stack === stack);
  expect(of("north").map(({ passphrases }) => passphrases)).toContainEqual([NORTH]);
  expect(of("south").map(({ passphrases }) => passphrases)).toContainEqual([SOUTH]);
  expect(of("north").filter(({ passphrases }) => passphrases.includes(SOUTH))).toEqual([]);
  expect(of("south").filter(({ passphrases }) => passphrases.includes(NORTH))).toEqual([]);
  const nobodys = withThem.filter(({ stack }) => stack === undefined);
  expect(nobodys.flatMap(({ passphrases }) => passphrases)).toEqual([]);
});

test("a folder of passphrases that is not there is an error of one line", async () => {
  const missing = path.join(project.directory, "nowhere");
  const { code, stderr } = await project.run(["drift", "--passphrase-file-directory", missing]);
  const line = `error: passphrase folder ${missing} doesn't exist: use another one with --passphrase-file-directory\n`;
  expect([code, stderr]).toEqual([1, line]);
});

test("the stack of a backend with organisations is known by its name, and the engine's own variable is none of ours", async () => {
  const ofAll = {
    PULUMI_CONFIG_PASSPHRASE: "of all",
    PULUMI_CONFIG_PASSPHRASE_FILE: "/run/secrets/all",
  };
  const environment = { ...ofAll, PULUMI_CONFIG_PASSPHRASE_ACME_2: "of acme-2" };
  const passphraseOf = openPassphrases(undefined, environment);
  expect(environment).toEqual(ofAll);
  expect((await passphraseOf("acme-org/ocis-pocket-id/acme-2")).variables).toEqual({
    PULUMI_CONFIG_PASSPHRASE: "of acme-2",
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
  });
  expect((await passphraseOf("file")).variables).toEqual({});
});
