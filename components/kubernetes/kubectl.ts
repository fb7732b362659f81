import { type ChildProcess, spawn } from "node:child_process";
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
export function kubectl(settings: ClusterSettings, args: readonly string[], input = ""): Promise<Result> {
  return withFile(settings, async (file) => {
    const child = start(settings, file, [`--request-timeout=${REQUEST_SECONDS}s`, ...args]);
    // It may end without reading what it was given.
    child.stdin.on("error", () => undefined).end(input);
    const [exitCode, stdout, stderr] = await Promise.all([
      ended(child),
      text(child.stdout),
      text(child.stderr),
    ]);
    if (exitCode === null) throw new KubectlError("`kubectl` was killed");
    return { exitCode, stdout, stderr };
  });
}

/**
 * Makes a port of a pod reachable at an address of this machine while it is used.
 *
 * @throws KubectlError if that isn't possible
 */
export function withForward<T>(
  settings: ClusterSettings,
  { namespace, pod, port }: { namespace: string; pod: string; port: number },
  use: (url: string) => Promise<T>,
): Promise<T> {
  return withFile(settings, async (file) => {
    const args = [
      "port-forward",
      `pod/${pod}`,
      `:${port}`,
      `--namespace=${namespace}`,
      "--address=127.0.0.1",
    ];
    const child = start(settings, file, args);
    const errors = text(child.stderr);
    let printed = "";
    const open = new Promise<string>((resolve) => {
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        printed += chunk;
        const found = /Forwarding from (127\.0\.0\.1:\d+)/.exec(printed)?.[1];
        if (found !== undefined) resolve(`http://${found}`);
      });
    });
    const failed = ended(child).then(async (exitCode): Promise<never> => {
      const reason = reasonOf({ exitCode: exitCode ?? 0, stdout: printed, stderr: await errors });
      throw new KubectlError(`Kubernetes: the pod's port can't be reached: ${reason}`);
    });
    try {
      return await Promise.race([open.then(use), failed]);
    } finally {
      failed.catch(() => undefined);
      child.kill();
    }
  });
}

/** A path has no line ends, and a kubeconfig of one line is JSON. */
async function withFile<T>(
  { kubeconfig }: ClusterSettings,
  use: (file: string | undefined) => Promise<T>,
): Promise<T> {
  if (kubeconfig === undefined || !/\n|^\s*\{/.test(kubeconfig)) return use(kubeconfig);
  const directory = await mkdtemp(join(tmpdir(), "ocis-pocket-id-"));
  try {
    const file = join(directory, "kubeconfig");
    await writeFile(file, kubeconfig, { mode: 0o600 });
    return await use(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function start({ context }: ClusterSettings, file: string | undefined, args: readonly string[]) {
  return spawn("kubectl", [...(context === undefined ? [] : [`--context=${context}`]), ...args], {
    env: { ...process.env, ...(file === undefined ? {} : { KUBECONFIG: file }) },
    // Its own time limit would keep this process waiting without `kubectl`.
    signal: AbortSignal.timeout(LIMIT_MS),
    windowsHide: true,
  });
}

/** @returns its exit code; null if it was stopped */
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
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
}

/** Why it failed, on one line. */
export function reasonOf({ stderr, exitCode }: Result): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !/^[EWI]\d{4} /.test(line));
  const reason = lines.at(-1) ?? stderr.trim().split("\n").at(-1) ?? "";
  return reason.replace(/^(error|Error from server( \(\w+\))?): /, "").trim() || `exit code ${exitCode}`;
}
