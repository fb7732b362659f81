import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";

const MAIN = join(__dirname, "..", "..", "cli", "bin", "cli", "main.js");

/** Why the program can't be tried on a terminal; undefined if it can. */
export function whyNoTerminal(): string | undefined {
  const { status } = spawnSync("script", ["-qec", "true", "/dev/null"], { input: "" });
  return status === 0 ? undefined : "`script` of util-linux isn't on PATH";
}

/**
 * Runs the compiled program on a terminal of its own, and returns all that it shows.
 *
 * @param answers what is typed, each when its question has been shown
 */
export function onTerminal(
  args: readonly string[],
  answers: readonly (readonly [question: string, answer: string])[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; shown: string }> {
  const words = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(" ");
  const env = { ...process.env, TERM: "xterm", ...environment };
  return new Promise((resolve, reject) => {
    const child = spawn("script", ["-qec", words, "/dev/null"], { env });
    const left = [...answers];
    let shown = "";
    child.stdout.on("data", (chunk) => {
      shown += String(chunk);
      const [[question, answer] = []] = left;
      if (question === undefined || !shown.includes(question)) return;
      left.shift();
      child.stdin.write(`${answer ?? ""}\n`);
    });
    child.once("error", reject).once("close", (code) => {
      resolve({ code, shown });
    });
  });
}
