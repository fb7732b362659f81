import { execFile, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
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

/** Asked in a process of its own, as Jest wants to know before a file's end which of its tests are skipped. */
const QUESTION = `
const { findEngine } = require("./cli/bin/cli/engine");
findEngine({ progress: () => {} }).then(
  ({ directory }) => process.stdout.write("directory:" + directory),
  (error) => process.stdout.write(error.message),
);
`;

/** Why the command line can't run the program here, in one line; undefined when it can. An engine built by Go lacks the host. */
export function whyNoCommandLine(): string | undefined {
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", QUESTION], {
    cwd: PROJECT,
    encoding: "utf8",
  });
  if (!stdout.startsWith("directory:")) return (stdout || stderr).trim().split("\n").at(-1);
  const folders = [stdout.slice("directory:".length), ...(process.env["PATH"] ?? "").split(delimiter)];
  const host = /^pulumi-language-nodejs(\.exe)?$/;
  if (folders.some((folder) => filesOf(folder).some((file) => host.test(file)))) return undefined;
  return "Pulumi's language host for Node.js (pulumi-language-nodejs) is not on PATH; it comes with the official CLI";
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
