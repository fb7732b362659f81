import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../support/program";
import { describeWithShell } from "./engine/fakes";

/** An engine that fails while it prints a state with its secrets shown: what it printed is in no error. */
const STATE = `{"version":3,"deployment":{"resources":[{"plaintext":"\\"must-not-be-seen\\""}]}}`;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-output-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: p\nruntime: nodejs\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describeWithShell("an engine", () => {
  test.each([
    ["that is killed in the middle of it", `printf '%s' '${STATE}'; kill -9 $$`, "SIGKILL"],
    ["that fails without a word", `printf '%s\\n' '${STATE}'; exit 3`, "exit code 3"],
    ["that prints half of it", `printf '%s' '${STATE.slice(0, -4)} x'`, "the engine's answer is not JSON"],
    ["that says why", `printf '%s' '${STATE}'; echo 'error: no such stack' >&2; exit 1`, "no such stack"],
  ])("%s", async (_what, script, reason) => {
    const file = join(folder, "pulumi");
    writeFileSync(file, `#!/bin/sh\nif [ "$1" = version ]; then echo v3.259.0; else ${script}; fi\n`);
    chmodSync(file, 0o755);
    // The engine's launcher is written to the cache.
    const environment = { PATH: `${folder}:${process.env["PATH"] ?? ""}`, XDG_CACHE_HOME: folder };
    const runs = ["drift", "doctor", "diagram"].map(
      async (verb) =>
        [verb, await runProgram([verb, "--stack", "test", "--cwd", folder], environment)] as const,
    );
    for (const [verb, { code, stdout, stderr }] of await Promise.all(runs)) {
      expect([verb, code]).toEqual([verb, 1]);
      expect(stdout + stderr).toContain("stack 'test' can't be read: ");
      expect(stdout + stderr).toContain(reason);
      expect(stdout + stderr).not.toContain("must-not-be-seen");
    }
  });
});
