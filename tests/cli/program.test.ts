import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../support/program";
import { onTerminal, whyNoTerminal } from "./terminal";

const ROOT = join(__dirname, "..", "..");

const { version } = jest.requireActual<{ version: string }>("../../package.json");

const verbsIn = (help: string) =>
  [...help.matchAll(/^ {2}ocis-pocket-id ((?:fleet )?\w+) /gm)].map(([, verb = ""]) => verb);

test("--help names the verbs and the exit codes", async () => {
  const { stdout, code } = await runProgram(["--help"]);
  expect(code).toBe(0);
  expect(verbsIn(stdout)).toEqual([
    ...["drift", "doctor", "fleet", "import", "diagram", "show", "backup", "restore", "completion"],
  ]);
  expect(stdout).toContain("Exit codes: 0 no findings; 1 error; 2 findings");
  const fleet = await runProgram(["fleet", "--help"]);
  expect(verbsIn(fleet.stdout.split("Options:")[0] ?? "")).toEqual(FLEET);
  expect((await runProgram(["--version"])).stdout).toBe(`${version}\n`);
});

const FLEET = ["preview", "up", "refresh", "destroy", "new"].map((operation) => `fleet ${operation}`);

test.each(["drift", "doctor", "diagram", "show", ...FLEET])(
  "%s --help has examples, exit codes, --json and --cwd",
  async (verb) => {
    const { code, stdout } = await runProgram([...verb.split(" "), "--help"]);
    expect(code).toBe(0);
    for (const word of ["--json", "--cwd", "--passphrase-file-directory", "Examples:", "Exit codes:"]) {
      expect(stdout).toContain(word);
    }
  },
);

test.each([
  [[], "missing command: run with --help for the list"],
  [["drft"], "Unknown argument: drft"],
  [["drift", "--al"], "Unknown argument: al"],
  [["drift", "--all", "--stack", "a"], "--all and --stack can't be combined: use one of them"],
  [["drift", "--parallel", "0"], "--parallel must be a whole number from 1"],
  [["drift", "--cwd", "a", "--cwd", "b"], "--cwd was given twice: use it once"],
  [["diagram", "--stack", "a", "--stack", "b"], "--stack was given twice: this verb works on one stack"],
  [["diagram", "--format", "png"], 'Argument: format, Given: "png", Choices: "mermaid"'],
  [["show"], "missing part: environment, csp, nginx, traefik, upgrade"],
  [["show", "secrets"], 'Argument: part, Given: "secrets", Choices: "environment", "csp"'],
  [["show", "csp", "--stack", "a", "--stack", "b"], "--stack was given twice: this verb works on one stack"],
  [["fleet"], "missing command: preview, up, refresh, destroy or new"],
  [["fleet", "new"], "missing company name: fleet new acme, for instance"],
  [["drift", "--skip", "clouds"], 'Argument: skip, Given: "clouds", Choices: "pocket-id"'],
])("%p is one line of error, without colours off a terminal", async (args, message) => {
  const { code, stdout, stderr } = await runProgram(args, { CI: "true" });
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(new RegExp(`^error: ${message}`));
  expect(stderr).not.toContain("\u001b");
});

test("a folder without a project is an error that says what to do", async () => {
  const folder = mkdtempSync(join(tmpdir(), "no-project-"));
  const { code, stderr } = await runProgram(["drift", "--cwd", folder]);
  rmSync(folder, { recursive: true });
  expect(code).toBe(1);
  expect(stderr).toBe(
    `error: no Pulumi.yaml in ${folder} or above it: change to a project's folder, or use --cwd\n`,
  );
});

const noTerminal = whyNoTerminal();
if (noTerminal !== undefined) console.log(`Colours on a terminal are not tried: ${noTerminal}`);
const testOnTerminal = noTerminal === undefined ? test : test.skip;

testOnTerminal("there are colours on a terminal, and none with NO_COLOR or on a dumb one", async () => {
  const red = "\u001b[31merror:\u001b[39m Unknown argument: drft";
  expect((await onTerminal(["drft"], [], { NO_COLOR: "" })).shown).toContain(red);
  for (const none of [{ NO_COLOR: "1" }, { TERM: "dumb" }] as Record<string, string>[]) {
    const { code, shown } = await onTerminal(["drft"], [], none);
    expect([code, shown]).toEqual([1, expect.stringContaining("error: Unknown argument: drft")]);
    expect(shown).not.toContain("\u001b[31m");
  }
});

test("drift starts without the TypeScript compiler, which loads when something uses it", () => {
  const script = `
    const { _extensions } = require("node:module");
    const load = _extensions[".js"];
    const loaded = [];
    _extensions[".js"] = (module, file) => { loaded.push(file); load(module, file); };
    const hasCompiler = () => loaded.some((file) => file.endsWith("typescript.js"));
    require("./cli/bin/cli/lazy-compiler.js");
    require("./cli/bin/cli/drift/run.js");
    const answers = [loaded.length > 100, hasCompiler(), typeof require("typescript").transpile, hasCompiler()];
    console.log(JSON.stringify(answers));
  `;
  const output = execFileSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8" });
  expect(JSON.parse(output)).toEqual([true, false, "function", true]);
});
