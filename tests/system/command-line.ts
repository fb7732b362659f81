import { execFile } from "node:child_process";
import { join } from "node:path";
import { engineEnvironment, type Engine } from "../../cli/engine";

/** The folder of Pulumi.yaml. */
export const PROJECT = join(__dirname, "..", "..");

/** What a command printed, and how it ended. */
export interface Answer {
  readonly exitCode: number;
  readonly text: string;
}

/** `pulumi`, as an admin types it in the project's folder, with a backend of its own. */
export type CommandLine = (...words: string[]) => Promise<Answer>;

export function commandLine(engine: Engine, backendDirectory: string): CommandLine {
  const base = engineEnvironment(engine, { backendDirectory, passphrase: "test passphrase" });
  const env = { ...process.env, ...base };
  const program = engine.command.command;
  return (...words) =>
    new Promise((resolve) => {
      const options = { cwd: PROJECT, env, maxBuffer: 64 * 2 ** 20 };
      execFile(
        program,
        ["--non-interactive", "--color=never", ...words],
        options,
        (error, stdout, stderr) => {
          const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
          resolve({ exitCode, text: stdout + stderr });
        },
      );
    });
}
