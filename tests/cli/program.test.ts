import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "./program";

const { version } = jest.requireActual<{ version: string }>("../../package.json");

test("--help names the verbs and the exit codes; each verb has examples and --json", async () => {
  const { stdout, code } = await runProgram(["--help"]);
  expect(code).toBe(0);
  const verbs = [...stdout.matchAll(/^ {2}ocis-pocket-id (\w+) /gm)].map(([, verb = ""]) => verb);
  expect(verbs).toEqual(expect.arrayContaining(["drift", "completion"]));
  expect(stdout).toContain("Exit codes: 0 nothing found, 1 an error, 2 findings");
  const help = await runProgram(["drift", "--help"]);
  for (const word of ["--json", "--markdown", "--junit", "Examples:", "Exit codes:"]) {
    expect(help.stdout).toContain(word);
  }
  expect((await runProgram(["--version"])).stdout).toBe(`${version}\n`);
});

test.each([
  [[], "say what to do: one of the verbs of --help"],
  [["drft"], "Unknown argument: drft"],
  [["drift", "--al"], "Unknown argument: al"],
  [["drift", "--all", "--stack", "a"], "--all and --stack exclude each other: leave one out"],
  [["drift", "--parallel", "0"], "--parallel must be a whole number from 1"],
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
