import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { ClusterSettings } from "./settings";

const REQUEST_SECONDS = 20;
/** Whatever a request does, `kubectl` ends. */
const LIMIT_MS = 60_000;

/** What a run of `kubectl` printed. */
export interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `kubectl` failed. */
export class KubectlError extends Error {}

/**
 * Runs `kubectl`, which finds the cluster, and logs in to it, in every way that there is.
 *
 * @throws KubectlError if it isn't installed, or takes too long
 */
export async function kubectl(
  { kubeconfig, context }: ClusterSettings,
  args: readonly string[],
  input = "",
): Promise<Result> {
  // A path has no line ends, and a kubeconfig of one line is JSON.
  if (kubeconfig === undefined || !/\n|^\s*\{/.test(kubeconfig)) return run(kubeconfig, context, args, input);
  const directory = await mkdtemp(join(tmpdir(), "ocis-pocket-id-"));
  try {
    const file = join(directory, "kubeconfig");
    await writeFile(file, kubeconfig, { mode: 0o600 });
    return await run(file, context, args, input);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function run(
  file: string | undefined,
  context: string | undefined,
  args: readonly string[],
  input: string,
): Promise<Result> {
  const options = [
    ...(context === undefined ? [] : [`--context=${context}`]),
    `--request-timeout=${REQUEST_SECONDS}s`,
  ];
  const child = spawn("kubectl", [...options, ...args], {
    env: { ...process.env, ...(file === undefined ? {} : { KUBECONFIG: file }) },
    // Its own time limit would keep this process waiting without `kubectl`.
    signal: AbortSignal.timeout(LIMIT_MS),
    windowsHide: true,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("close", resolve);
    child.on("error", ({ message, code }: NodeJS.ErrnoException) => {
      if (code === "ABORT_ERR") {
        reject(new KubectlError("the cluster doesn't answer: `kubectl` was stopped after a minute"));
        return;
      }
      const isMissing = code === "ENOENT";
      const fix = "`kubectl` isn't on the PATH: install it, https://kubernetes.io/docs/tasks/tools/";
      reject(new KubectlError(isMissing ? fix : `\`kubectl\` can't be started: ${message}`));
    });
  });
  // It may end without reading what it was given.
  child.stdin.on("error", () => undefined).end(input);
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (exitCode === null) throw new KubectlError("`kubectl` was killed");
  return { exitCode, stdout, stderr };
}

/** Why it failed, on one line. */
export function reasonOf({ stderr, exitCode }: Result): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !/^[EWI]\d{4} /.test(line));
  const reason = lines.at(-1) ?? stderr.trim().split("\n").at(-1) ?? "";
  return reason.replace(/^(error|Error from server( \(\w+\))?): /, "").trim() || `exit code ${exitCode}`;
}
