import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** What `kubectl` prints for arguments that begin with the key; with `error`, it fails. Without an answer, it prints nothing. */
export type Answers = Readonly<Record<string, object | string | { readonly error: string }>>;

/** A `kubectl` on the PATH that gives these answers, and forwards a pod's port to one of this machine. */
export function standInKubectl() {
  const directory = mkdtempSync(join(tmpdir(), "kubectl-"));
  const before = process.env["PATH"];
  const script = `#!${process.execPath}
const { answers, port } = require(${JSON.stringify(join(directory, "answers.json"))});
const args = process.argv.slice(2).filter((arg) => !arg.startsWith("--request-timeout")).join(" ");
require("node:fs").appendFileSync(${JSON.stringify(join(directory, "calls"))}, args + "\\n");
if (args.startsWith("port-forward")) {
  console.log("Forwarding from 127.0.0.1:" + port + " -> 1411");
  setTimeout(() => {}, 60000);
} else {
  const [, answer] = Object.entries(answers).find(([start]) => args.startsWith(start)) ?? [];
  if (answer?.error !== undefined) {
    console.error(answer.error);
    process.exitCode = 1;
  } else if (answer !== undefined) console.log(typeof answer === "string" ? answer : JSON.stringify(answer));
}
`;
  writeFileSync(join(directory, "kubectl"), script);
  chmodSync(join(directory, "kubectl"), 0o755);
  process.env["PATH"] = `${directory}${delimiter}${before ?? ""}`;
  return {
    answer(answers: Answers, port = 0): void {
      writeFileSync(join(directory, "answers.json"), JSON.stringify({ answers, port }));
    },
    remove(): void {
      process.env["PATH"] = before;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
