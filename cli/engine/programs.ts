import { CommandError } from "@pulumi/pulumi/automation/errors";
import { execFile, type ExecFileException } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify, types } from "node:util";
import which from "which";

/** The path of a program on PATH, found as a shell would find it. */
export async function findProgram(name: string, path?: string): Promise<string | undefined> {
  return (await which(name, { nothrow: true, ...(path === undefined ? {} : { path }) })) ?? undefined;
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
    const failure = error as ExecFileException;
    throw new ProgramError(reasonOfFailure(failure, milliseconds), failure.stderr ?? "");
  }
}

/** The lines of standard error that explain a failure: those with "error" and the like, else the last ones; at most two. */
function reasonOfFailure(failure: ExecFileException, milliseconds: number): string {
  const { code, signal, killed, stderr = "" } = failure;
  if (killed === true) return `took longer than ${milliseconds / 1000} s`;
  // It didn't start.
  if (typeof code === "string") return reasonOf(failure);
  const lines = stderr.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
  const telling = /error|cannot|failed|not found|no such|denied|forbidden|requires/i;
  // A program that tries again repeats itself.
  const errors = [...new Set(lines.filter((line) => telling.test(line)))];
  const chosen = errors.length > 0 ? errors.slice(0, 2) : lines.slice(-2);
  if (chosen.length > 0) return chosen.join("; ");
  return code === null ? `ended by ${signal ?? "a signal"}` : `exit code ${code ?? ""}`;
}

/** Why something failed, on one line. */
export function reasonOf(error: unknown): string {
  // Not `instanceof Error`: in a test runner an error of Node.js itself belongs to another realm.
  if (!types.isNativeError(error)) return String(error);
  // The message of a CommandError dumps code, stdout and stderr; the first line of stderr explains the failure.
  const stderr = error instanceof CommandError ? /stderr: ([^\n]+)/.exec(error.message)?.[1] : undefined;
  return (stderr ?? error.message).trim().replace(/\s*\n\s*/g, " ");
}

/**
 * The engine's own error line, without a dump of the command, and with the fix if it is known. It contains nothing else that the
 * engine printed, such as a state with its secrets shown.
 *
 * @param passphraseFix the fix for a wrong or missing passphrase
 */
export function engineError(
  what: string,
  error: unknown,
  passphraseFix = "set PULUMI_CONFIG_PASSPHRASE to the stack's passphrase",
): Error {
  const text = types.isNativeError(error) ? error.message : String(error);
  const stderr = error instanceof ProgramError ? error.stderr : text;
  // A parser quotes what it couldn't read.
  const reason = error instanceof SyntaxError ? "the engine's answer is not JSON" : reasonOf(error);
  return new Error(`${what}: ${reasonIn(stderr, passphraseFix) ?? reason}`);
}

function reasonIn(text: string, passphraseFix: string): string | undefined {
  if (text.includes("incorrect passphrase")) return `incorrect passphrase (${passphraseFix})`;
  if (text.includes("passphrase must be set")) return `its passphrase is missing (${passphraseFix})`;
  if (text.includes("pulumi-analyzer-policy-nodejs"))
    return "this engine can't run policy packs: install the Pulumi CLI (https://www.pulumi.com/docs/install/), which can";
  const line = /^\s*(?:stderr: )?error: (.+)$/m.exec(text)?.[1]?.replace(/\s+/g, " ").trim();
  const login = text.includes("PULUMI_ACCESS_TOKEN must be set");
  return login && line !== undefined ? `${line} (log in to the backend with \`pulumi login\`)` : line;
}

/** A diagnostic of the engine on one line, without colour marks and without its prefix of every error of a resource. */
export function diagnosticLine(message: string): string {
  return message
    .replace(/<\{%[^%]*%\}>/g, "")
    .replace(/\s+/g, " ")
    .replace(/^One or more errors occurred: /, "")
    .replace(/^pulumi-nodejs:dynamic\/pocketid:(\w+) resource '([^']*)'(?: has a problem)?: /, "$1 $2: ")
    .trim();
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

/** Reports progress, a text with the elapsed seconds, every `interval` milliseconds while `work` runs. */
export async function reporting<T>(
  progress: (line: string) => void,
  text: (seconds: number) => string,
  work: () => Promise<T>,
  interval = 10_000,
): Promise<T> {
  const start = Date.now();
  const timer = setInterval(() => {
    progress(text(Math.round((Date.now() - start) / 1000)));
  }, interval);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
