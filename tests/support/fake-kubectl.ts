import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Prints the file that is named after the first words: `get-pods`, `get`, `exec`. Without one, it fails as without a cluster. */
const SCRIPT = `#!/bin/sh
here=$(dirname "$0")
echo "$*" >>"$here/calls"
for word; do
  case $word in --*) ;; *) words="$words $word" ;; esac
done
set -- $words
for file in "$here/$1-$2" "$here/$1"; do
  if [ -f "$file" ]; then cat "$file"; exit 0; fi
done
echo "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?" >&2
exit 1
`;

/** A \`kubectl\` on the PATH that answers from files. */
export class FakeKubectl {
  readonly #folder = mkdtempSync(join(tmpdir(), "fake-kubectl-"));
  readonly #path = process.env["PATH"] ?? "";

  constructor() {
    const file = join(this.#folder, "kubectl");
    writeFileSync(file, SCRIPT);
    chmodSync(file, 0o755);
    process.env["PATH"] = `${this.#folder}${delimiter}${this.#path}`;
  }

  /** Forgets all answers, and has these. @param answers text, or an object for JSON */
  answer(answers: Readonly<Record<string, string | object>>): void {
    for (const file of this.#answered) rmSync(join(this.#folder, file), { force: true });
    this.#answered = Object.keys(answers);
    for (const [file, answer] of Object.entries(answers)) {
      writeFileSync(join(this.#folder, file), typeof answer === "string" ? answer : JSON.stringify(answer));
    }
    rmSync(join(this.#folder, "calls"), { force: true });
  }
  #answered: string[] = [];

  /** The command lines since the last {@link answer}. */
  get calls(): string[] {
    return readFileSync(join(this.#folder, "calls"), "utf8").trim().split("\n");
  }

  close(): void {
    process.env["PATH"] = this.#path;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
