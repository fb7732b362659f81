import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "./program";
import { onTerminal, whyNoTerminal } from "./terminal";

const { version } = jest.requireActual<{ version: string }>("../../package.json");

const verbsIn = (help: string) =>
  [...help.matchAll(/^ {2}ocis-pocket-id ((?:fleet )?\w+) /gm)].map(([, verb = ""]) => verb);

test("--help names the verbs and the exit codes", async () => {
  const { stdout, code } = await runProgram(["--help"]);
  expect(code).toBe(0);
  expect(verbsIn(stdout)).toEqual(["drift", "doctor", "fleet", "diagram", "show", "completion"]);
  expect(stdout).toContain("Exit codes: 0 done, and nothing found; 1 an error; 2 findings");
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
  [[], "say what to do: one of the verbs of --help"],
  [["drft"], "Unknown argument: drft"],
  [["drift", "--al"], "Unknown argument: al"],
  [["drift", "--all", "--stack", "a"], "--all and --stack exclude each other: leave one out"],
  [["drift", "--parallel", "0"], "--parallel must be a whole number from 1"],
  [["drift", "--cwd", "a", "--cwd", "b"], "say --cwd once"],
  [["diagram", "--stack", "a", "--stack", "b"], "give --stack once: a diagram shows one stack"],
  [["diagram", "--format", "png"], 'Argument: format, Given: "png", Choices: "mermaid"'],
  [["show"], "say what to show: environment or csp"],
  [["show", "secrets"], 'Argument: part, Given: "secrets", Choices: "environment", "csp"'],
  [["show", "csp", "--stack", "a", "--stack", "b"], "give --stack once: show prints one stack"],
  [["fleet"], "say what to do with the fleet: preview, up, refresh, destroy or new"],
  [["fleet", "new"], "say the company's name, for instance: fleet new acme"],
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
    `error: there is no Pulumi.yaml in ${folder} or above it: go to a project, or name one with --cwd\n`,
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
