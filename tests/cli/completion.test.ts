import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { engineStack, type EngineStack } from "../support/engine";
import { loginOf, runProgram } from "./program";

/** The scripts as shells run them, and what they offer. */
const MAIN = path.join(__dirname, "..", "..", "bin", "cli", "main.js");
const hasBash = spawnSync("bash", ["-c", "true"]).status === 0;
if (!hasBash) console.log("The completion of bash is not tried: there is no bash on PATH");
const testWithBash = hasBash ? test : test.skip;

let stack: EngineStack;
let folder: string;

beforeAll(async () => {
  stack = await engineStack("completion", () => Promise.resolve());
  folder = mkdtempSync(path.join(tmpdir(), "completion-"));
  mkdirSync(path.join(folder, "stacks"));
  for (const name of ["Pulumi.north.yaml", "Pulumi.south-1.yaml", "Pulumi.yaml", "notes.txt"]) {
    writeFileSync(path.join(folder, "stacks", name), "");
  }
  writeFileSync(
    path.join(folder, "ocis-pocket-id"),
    `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`,
    {
      mode: 0o755,
    },
  );
});
afterAll(async () => {
  await stack.remove();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ["bash", "/bin/zsh", /^complete -o bashdefault .* ocis-pocket-id$/m],
  ["zsh", "/bin/bash", /^compdef \S+ ocis-pocket-id$/m],
])("completion %s is for that shell, whatever the login shell is", async (shell, login, line) => {
  const { code, stdout } = await runProgram(["completion", shell], { SHELL: login });
  expect([code, stdout]).toEqual([0, expect.stringMatching(line)]);
});

test("another shell is refused in one line", async () => {
  const { code, stderr } = await runProgram(["completion", "fish"]);
  expect([code, stderr]).toEqual([1, "error: there are completions for bash and zsh, not for 'fish'\n"]);
});

/** What a line is offered for its last word, by the script that `completion bash` prints. */
function offered(words: readonly string[]): string[] {
  const script = [
    'eval "$(ocis-pocket-id completion bash)"',
    `COMP_WORDS=(ocis-pocket-id ${words.map((word) => `'${word}'`).join(" ")})`,
    `COMP_CWORD=${words.length}`,
    "_ocis-pocket-id_yargs_completions",
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join("\n");
  const env = {
    ...process.env,
    ...loginOf(stack),
    PATH: `${folder}:${process.env["PATH"] ?? ""}`,
    SHELL: "zsh",
  };
  const { stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: folder, env, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.trim().split("\n");
}

testWithBash("bash completes verbs, operations and options, without their descriptions", () => {
  expect(offered(["d"])).toEqual(["drift", "doctor", "diagram"]);
  expect(offered(["fleet", ""])).toEqual(["preview", "up", "refresh", "destroy", "new"]);
  expect(offered(["fleet", "up", "--per"])).toEqual(["--per-server"]);
});

testWithBash(
  "bash completes names of stacks after --stack, and of companies after a fleet's operation",
  () => {
    expect(offered(["drift", "--cwd", stack.directory, "--stack", ""])).toEqual(["test"]);
    expect(offered(["fleet", "up", ""])).toEqual(["north", "south-1"]);
    expect(offered(["fleet", "up", "north", ""])).toEqual(["south-1"]);
    expect(offered(["fleet", "up", "--directory", path.join(folder, "stacks"), "so"])).toEqual(["south-1"]);
  },
);

test("zsh, whose script hands over the line, gets descriptions too", async () => {
  const args = ["--get-yargs-completions", "ocis-pocket-id", "fl"];
  const { stdout, stderr } = await runProgram(args, { COMP_LINE: "ocis-pocket-id fl", SHELL: "/bin/bash" });
  expect([stdout, stderr]).toEqual([expect.stringMatching(/^fleet:.+/m), ""]);
});
