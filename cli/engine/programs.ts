import { CommandError } from "@pulumi/pulumi/automation/errors";
import { execFile, type ExecFileException } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify, types } from "node:util";
import which from "which";

/** The path of a program on PATH, found as a shell would find it. */
export async function findProgram(name: string, path?: string): Promise<string | undefined> {
  const found = await which(name, { nothrow: true, ...(path === undefined ? {} : { path }) });
  return found ?? undefined;
}

/** Whether a file can be started. */
export const isExecutable = async (file: string) => (await findProgram(file)) !== undefined;

export interface RunOptions {
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** @default no limit */
  readonly milliseconds?: number;
  /** Text for standard input: everyone on the machine can read arguments. @default empty */
  readonly input?: string;
  /** Called with every line of standard error as it is printed. */
  readonly onLine?: (line: string) => void;
}

/** A program failed. Its standard output, which may contain secrets, isn't kept. */
export class ProgramError extends Error {
  constructor(
    message: string,
    readonly stderr: string,
  ) {
    super(message);
  }
}

/**
 * Runs a program to its end and returns its standard output.
 *
 * @throws ProgramError with the lines of standard error that explain the failure
 */
export async function run(file: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { directory, environment, milliseconds = 0, input = "", onLine } = options;
  const running = promisify(execFile)(file, args, {
    cwd: directory,
    env: { ...process.env, ...environment },
    timeout: milliseconds,
    maxBuffer: Infinity,
    windowsHide: true,
  });
  const { stdin, stderr } = running.child;
  if (onLine !== undefined && stderr !== null) createInterface({ input: stderr }).on("line", onLine);
  // A program that ends without reading its input fails by its exit code.
  stdin?.once("error", () => undefined).end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    const { stderr: text = "", ...failure } = error as ExecFileException;
    throw new ProgramError(reasonOfFailure(failure, text, milliseconds) ?? reasonOf(error), text);
  }
}

function reasonOfFailure(
  { code, signal, killed }: Pick<ExecFileException, "code" | "signal" | "killed">,
  stderr: string,
  milliseconds: number,
): string | undefined {
  if (killed === true) return `took longer than ${milliseconds / 1000} s`;
  if (typeof code === "string") return undefined;
  return (
    complaint(stderr) ?? (code === null ? `ended by ${signal ?? "a signal"}` : `exit code ${code ?? ""}`)
  );
}

/** The lines of a failed program that explain it: those with "error" and the like, else the last ones; at most two. */
function complaint(text: string): string | undefined {
  const lines = text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
  const telling = /error|cannot|failed|not found|no such|denied|forbidden|requires/i;
  // A program that tries again repeats itself.
  const errors = [...new Set(lines.filter((line) => telling.test(line)))];
  const chosen = errors.length > 0 ? errors.slice(0, 2) : lines.slice(-2);
  return chosen.length > 0 ? chosen.join("; ") : undefined;
}

/** Why something failed, on one line. */
export function reasonOf(error: unknown): string {
  // Not `instanceof Error`: in a test runner an error of Node.js itself belongs to another realm.
  if (!types.isNativeError(error)) return String(error);
  // The message of a CommandError dumps code, stdout and stderr; the first line of stderr explains the failure.
  const stderr = error instanceof CommandError ? /stderr: ([^\n]+)/.exec(error.message)?.[1] : undefined;
  return (stderr ?? error.message).trim().replace(/\s*\n\s*/g, " ");
}

/** Waits at most `milliseconds` for `work`, which isn't stopped. */
export async function bounded<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what} took longer than ${milliseconds / 1000} s`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Reports the elapsed seconds every `interval` milliseconds while `work` runs. */
export async function reporting<T>(
  report: (seconds: number) => void,
  work: () => Promise<T>,
  interval = 10_000,
): Promise<T> {
  const start = Date.now();
  const timer = setInterval(() => {
    report(Math.round((Date.now() - start) / 1000));
  }, interval);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
