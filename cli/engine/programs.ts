import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** The path of a program on PATH, found as a shell would find it. */
export async function findProgram(
  name: string,
  path = process.env["PATH"] ?? "",
): Promise<string | undefined> {
  const extensions = process.platform === "win32" ? (process.env["PATHEXT"] ?? ".EXE;.CMD").split(";") : [""];
  for (const directory of path.split(delimiter).filter((entry) => entry !== "")) {
    for (const extension of extensions) {
      const file = join(directory, name + extension);
      if (await isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** Whether a file can be started; on Windows, which has no such bit, whether it is there. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

export interface RunOptions {
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly milliseconds: number;
  /** Called with every line of standard error as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Runs a program to its end; a failure or a time-out rejects with the lines in which it said why. */
export async function run(file: string, args: readonly string[], options: RunOptions): Promise<string> {
  const child = spawn(file, args, {
    cwd: options.directory,
    env: { ...process.env, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  let output = "";
  let errors = "";
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) options.onLine?.(line);
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
      timer = setTimeout(() => {
        child.kill();
        // Children of the child may hold its output open, and this process with it.
        child.stdout.destroy();
        child.stderr.destroy();
        reject(new Error(`took longer than ${options.milliseconds / 1000} s`));
      }, options.milliseconds);
    });
    if (code !== 0) throw new Error(complaint(errors || output) ?? `ended with code ${code ?? "none"}`);
    return output;
  } finally {
    clearTimeout(timer);
  }
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
