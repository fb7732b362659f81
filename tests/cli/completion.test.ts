import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runProgram } from "../support/program";

/** The scripts as the shells themselves run them, and what they offer for the last word of a line. */
const MAIN = path.join(__dirname, "..", "..", "cli", "bin", "cli", "main.js");
const testWith = (shell: string) => {
  if (spawnSync(shell, ["-c", "true"]).status === 0) return test;
  console.log(`The completion of ${shell} is not tried: ${shell} isn't on PATH`);
  return test.skip;
};
const testWithBash = testWith("bash");
const testWithZsh = testWith("zsh");

let folder: string;
/** A project with a stack of its own, and one of the fleet. */
let project: string;
/** Where an engine that is started, downloaded or built would leave its traces. */
let home: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "completion-"));
  project = path.join(folder, "project");
  home = path.join(folder, "home");
  mkdirSync(path.join(project, "stacks"), { recursive: true });
  mkdirSync(home);
  for (const name of ["Pulumi.yaml", "Pulumi.test.yaml", "stacks/Pulumi.west.yml"]) {
    writeFileSync(path.join(project, name), "name: project\nruntime: nodejs\n");
  }
  mkdirSync(path.join(folder, "stacks"));
  for (const name of ["Pulumi.north.yaml", "Pulumi.south-1.yaml", "Pulumi.yaml", "Pulumi.$(date).yaml"]) {
    writeFileSync(path.join(folder, "stacks", name), "");
  }
  writeFileSync(path.join(folder, "notes.txt"), "");
  const program = `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`;
  writeFileSync(path.join(folder, "ocis-pocket-id"), program, { mode: 0o755 });
  const engine = `#!/bin/sh\necho "$@" >> ${home}/engine-was-started\necho v3.259.0\n`;
  writeFileSync(path.join(folder, "pulumi"), engine, { mode: 0o755 });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What is offered for the last word of each line, in either shell. */
const OFFERED: readonly (readonly [line: string, ...offered: string[]])[] = [
  ["d", "diagram", "doctor", "drift"],
  ["fleet ", "destroy", "new", "preview", "refresh", "up"],
  ["fleet up --per", "--per-server"],
  ["drift --st", "--stack", "--strict"],
  ["completion z", "zsh"],
  ["diagram --format ", "mermaid"],
  ["drift --skip ", "docker", "files", "kubernetes", "pocket-id"],
  ["diagram --format=m", "mermaid"],
  ["drift --cwd PROJECT --stack ", "test", "west"],
  ["drift --cwd PROJECT/stacks --stack=t", "test"],
  ["show --cwd PROJECT --stack w", "west"],
  ["show e", "environment"],
  ["fleet up ", "north", "south-1"],
  ["fleet up north ", "south-1"],
  ["fleet up --directory stacks so", "south-1"],
];
const lines = () => OFFERED.map(([line]) => line.replace("PROJECT", project));
const expected = () => OFFERED.map(([line, ...offered]) => [line.replace("PROJECT", project), ...offered]);

function run(shell: string, ...args: readonly string[]): string[] {
  const PATH = `${folder}:${process.env["PATH"] ?? ""}`;
  // Whatever the login shell is.
  const env = { ...process.env, PATH, SHELL: "/bin/sh", HOME: home, XDG_CACHE_HOME: home };
  const { stdout, stderr } = spawnSync(shell, args, { cwd: folder, env, encoding: "utf8", timeout: 120_000 });
  expect(stderr).toBe("");
  expect(readdirSync(home).filter((file) => /engine|ocis-pocket-id/.test(file))).toEqual([]);
  return stdout.trimEnd().split("\n");
}

/** By the function that `completion bash` defines, with the words of each line as bash divides it. */
function byBash(typed: readonly string[]): string[][] {
  const complete = typed.map((line) => {
    const words = line.replace("=", " = ").split(" ");
    return [
      `COMP_WORDS=(ocis-pocket-id ${words.map((word) => `'${word}'`).join(" ")})`,
      `COMP_CWORD=${words.length}`,
      "COMPREPLY=()",
      "_ocis_pocket_id_completions",
      'echo "${COMPREPLY[*]}"',
    ].join("\n");
  });
  const script = ['eval "$(ocis-pocket-id completion bash)"', ...complete].join("\n");
  return run("bash", "-c", script).map((offered) => offered.split(" "));
}

testWithBash("bash offers verbs, options, their values, stacks and companies", () => {
  const offered = byBash(lines());
  expect(lines().map((line, index) => [line, ...(offered[index] ?? []).sort()])).toEqual(expected());
});

testWithBash(
  "bash is left to offer files where a value is wanted that nobody knows, and options elsewhere",
  () => {
    const [options, files] = byBash(["drift --all ", "diagram --output "]);
    expect(options).toEqual(expect.arrayContaining(["--json", "--stack"]));
    expect(files ?? [""]).toEqual([""]);
    const script = 'eval "$(ocis-pocket-id completion bash)"; complete -p ocis-pocket-id';
    expect(run("bash", "-c", script)).toEqual([
      "complete -o bashdefault -o default -F _ocis_pocket_id_completions ocis-pocket-id",
    ]);
  },
);

/** By pressing Tab: what was offered, and what the line is then. */
function byZsh(typed: readonly string[]): { line: string; offered: string[] }[] {
  const script = path.join(__dirname, "press-tab.zsh");
  const whole = typed.map((line) => `ocis-pocket-id ${line}`);
  return run("zsh", "-f", script, ...whole).map((said) => {
    const [, line = "", offered = ""] = /^\[ocis-pocket-id (.*?)\](.*)$/.exec(said) ?? [];
    const names = offered.split("|").map((name) => name.trim());
    return { line, offered: [...new Set(names)].filter((name) => name !== "").sort() };
  });
}

testWithZsh("zsh offers the same, and files where a value is wanted that nobody knows", () => {
  const typed = [...lines(), "diagram --output no", "diagram --output=no", "dri"];
  const found = byZsh(typed);
  expect(found.slice(0, OFFERED.length).map(({ offered }, index) => [typed[index], ...offered])).toEqual(
    expected(),
  );
  expect(found.slice(OFFERED.length).map(({ line }) => line)).toEqual([
    "diagram --output notes.txt ",
    "diagram --output=notes.txt ",
    "drift ",
  ]);
});

testWithZsh("zsh takes the script from a file of its fpath, too", () => {
  const file = path.join(folder, "_ocis-pocket-id");
  const script = [
    `ocis-pocket-id completion zsh > ${file}`,
    `fpath=(${folder} $fpath); autoload -Uz compinit && compinit -D -u`,
    "print ${_comps[ocis-pocket-id]}",
  ];
  expect(run("zsh", "-f", "-c", script.join("\n"))).toEqual(["_ocis-pocket-id"]);
});

test("zsh gets descriptions, and bash does not", async () => {
  const args = ["--get-yargs-completions", "ocis-pocket-id", "fl"];
  const inZsh = await runProgram(args, { SHELL: "zsh" });
  expect([inZsh.stdout, inZsh.stderr]).toEqual([expect.stringMatching(/^fleet:.+$/m), ""]);
  expect((await runProgram(args, { SHELL: "bash" })).stdout).toMatch(/^fleet\n/m);
});

test("without a shell's name the login shell's script is printed; another shell is refused in one line", async () => {
  expect((await runProgram(["completion"], { SHELL: "/bin/zsh" })).stdout).toMatch(/^#compdef /);
  expect((await runProgram(["completion"], { SHELL: "/bin/bash" })).stdout).toContain("complete -o ");
  const { code, stderr } = await runProgram(["completion", "fish"]);
  expect([code, stderr]).toEqual([1, 'error: Argument: shell, Given: "fish", Choices: "bash", "zsh"\n']);
});
