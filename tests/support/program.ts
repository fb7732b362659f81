import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineStack } from "./engine";

/** The compiled program. */
export const MAIN = join(__dirname, "..", "..", "cli", "bin", "cli", "main.js");

/** What one run of the program wrote and how it ended. */
export interface ProgramRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the compiled program in a process of its own, as a user would. Variables of Pocket ID are left out. */
export function runProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ProgramRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...environment } });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => (stdout += String(chunk)));
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    child.once("error", reject).once("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

/** The login of a test's own stack: its backend, and the passphrase of all test stacks. */
export function loginOf(stack: EngineStack): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: pathToFileURL(join(stack.directory, "backend")).href,
    PULUMI_CONFIG_PASSPHRASE: "test passphrase",
  };
}
