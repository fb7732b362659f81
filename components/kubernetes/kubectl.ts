import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
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
export class KubectlError extends Error {
  /** @param isFinal whether the cluster answered so that the same request can't succeed later */
  constructor(
    message: string,
    readonly isFinal = false,
  ) {
    super(message);
  }
}

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

/**
 * Runs `kubectl` for as long as it takes, with any amount of input and output.
 *
 * @param input what it reads; nothing by default
 * @returns what it prints. Reading this to its end fails in one line if `kubectl` does
 */
export function kubectlStream(
  settings: ClusterSettings,
  args: readonly string[],
  signal: AbortSignal,
  input: Readable = Readable.from([]),
): Readable {
  const output = async function* () {
    const { file, remove } = await fileOf(settings);
    try {
      const child = start(settings, file, args, signal);
      const end = Promise.all([ended(child), text(child.stderr)]);
      const read = pipeline(input, child.stdin).then(
        () => undefined,
        (error: unknown) => error as NodeJS.ErrnoException,
      );
      // They are awaited when everything has been read.
      end.catch(() => undefined);
      try {
        yield* child.stdout as AsyncIterable<Buffer>;
        const [exitCode, stderr] = await end;
        const unread = await read;
        // Input is cut off by what ends too early, and then that tells why.
        if (unread !== undefined && !CUT_OFF.has(unread.code ?? "")) throw unread;
        if (exitCode === null) throw new KubectlError("`kubectl` was killed");
        if (exitCode === KILLED) {
          throw new KubectlError(
            "its pod was deleted, evicted or out of memory: `kubectl get events` has the reason",
          );
        }
        if (exitCode !== 0) throw new KubectlError(reasonOf({ exitCode, stdout: "", stderr }));
        if (unread !== undefined) throw unread;
      } finally {
        child.kill();
      }
    } finally {
      await remove();
    }
  };
  return Readable.from(output(), { objectMode: false });
}

/** What a command in a pod ends with that got SIGKILL. */
const KILLED = 137;
const CUT_OFF = new Set(["EPIPE", "ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE"]);

async function withFile<T>(
  settings: ClusterSettings,
  use: (file: string | undefined) => Promise<T>,
): Promise<T> {
  const { file, remove } = await fileOf(settings);
  try {
    return await use(file);
  } finally {
    await remove();
  }
}

/** A path has no line ends, and a kubeconfig of one line is JSON. */
async function fileOf({ kubeconfig }: ClusterSettings) {
  if (kubeconfig === undefined || !/\n|^\s*\{/.test(kubeconfig)) {
    return { file: kubeconfig, remove: () => Promise.resolve() };
  }
  const directory = await mkdtemp(join(tmpdir(), "ocis-pocket-id-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  const file = join(directory, "kubeconfig");
  try {
    await writeFile(file, kubeconfig, { mode: 0o600 });
  } catch (error) {
    await remove();
    throw error;
  }
  return { file, remove };
}

function start(
  { context }: ClusterSettings,
  file: string | undefined,
  args: readonly string[],
  // Its own time limit would keep this process waiting without `kubectl`.
  signal = AbortSignal.timeout(LIMIT_MS),
) {
  return spawn("kubectl", [...(context === undefined ? [] : [`--context=${context}`]), ...args], {
    env: { ...process.env, ...(file === undefined ? {} : { KUBECONFIG: file }) },
    signal,
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
  // Of a command in a pod, the line before tells why.
  const noise = /^\s*$|^[EWI]\d{4} |^command terminated with exit code \d+$/;
  const lines = stderr.split("\n").filter((line) => !noise.test(line));
  const reason = lines.at(-1) ?? stderr.trim().split("\n").at(-1) ?? "";
  return reason.replace(/^(error|Error from server( \(\w+\))?): /, "").trim() || `exit code ${exitCode}`;
}
