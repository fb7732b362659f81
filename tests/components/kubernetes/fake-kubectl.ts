import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * What `kubectl` answers, by the start of its arguments without the options that all calls have; or, for objects that it is asked
 * for by `KIND/NAME`, by that.
 */
export type Answers = Record<string, Answer>;

interface Answer {
  stdout?: object | string;
  stderr?: string;
  exitCode?: number;
  /** Whether it keeps running. @default false */
  stays?: boolean;
  /** A folder in whose `volumes` and `tmp` it runs what a pod should, in place of those at the root. @default nothing is run */
  root?: string;
}

/** A program named `kubectl` at the start of the PATH, which answers as it is told and notes what it was asked. */
export class FakeKubectl {
  readonly #folder = mkdtempSync(join(tmpdir(), "kubectl-"));
  readonly #path = process.env["PATH"];

  constructor() {
    const program = join(this.#folder, "kubectl");
    writeFileSync(
      program,
      `#!${process.execPath}
const { appendFileSync, readFileSync } = require("node:fs");
const args = process.argv.slice(2).filter((one) => !one.startsWith("--request-timeout"));
const input = args[0] === "create" ? readFileSync(0, "utf8") : "";
appendFileSync(${JSON.stringify(join(this.#folder, "calls"))}, JSON.stringify({ args, input, kubeconfig: process.env.KUBECONFIG }) + "\\n");
const answers = JSON.parse(readFileSync(${JSON.stringify(join(this.#folder, "answers"))}, "utf8"));
const line = args.join(" ");
const found = Object.keys(answers).find((start) => line.startsWith(start));
const items = args.flatMap((one) => answers[one]?.stdout ?? []);
const { stdout = "", stderr = "", exitCode = 0, stays, root } = answers[found] ?? (items.length === 0 ? {} : { stdout: { items } });
if (root !== undefined) {
  const [program, ...words] = args.slice(args.indexOf("--") + 1);
  const inRoot = words.map((word) => word.replace(/(^|[ "])[/](?=volumes|tmp)/g, "$1" + root + "/"));
  const run = require("node:child_process").spawnSync(program, inRoot, { stdio: "inherit" });
  process.exit(run.status ?? 1);
}
if (stays) setTimeout(() => undefined, 60_000);
process.stdout.write(typeof stdout === "string" ? stdout : JSON.stringify(stdout));
process.stderr.write(stderr);
process.exitCode = exitCode;
`,
    );
    chmodSync(program, 0o755);
    this.answers({});
    process.env["PATH"] = [this.#folder, this.#path].join(delimiter);
  }

  answers(answers: Answers): void {
    writeFileSync(join(this.#folder, "answers"), JSON.stringify(answers));
    writeFileSync(join(this.#folder, "calls"), "");
  }

  calls(): { args: string[]; input: string; kubeconfig?: string }[] {
    const lines = readFileSync(join(this.#folder, "calls"), "utf8").trim();
    return lines === ""
      ? []
      : lines.split("\n").map((line) => JSON.parse(line) as ReturnType<FakeKubectl["calls"]>[0]);
  }

  remove(): void {
    process.env["PATH"] = this.#path;
    rmSync(this.#folder, { recursive: true });
  }
}
