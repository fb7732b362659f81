import { type ConfigMap, LocalWorkspace } from "@pulumi/pulumi/automation";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Engine } from "ocis-pocket-id/engine";
import { environmentOf } from "../experiment";
import { type Generation, GENERATIONS } from "./company";

const PROJECT = "ocis-pocket-id";
const STACK = "test";
/** The compiled program, for these files (which tests load) and for their compiled form. */
const PROGRAM = path.join(
  ...(__filename.endsWith(".js") ? [__dirname] : [__dirname, "..", "..", "bin", "lab", "faults"]),
  "program-process.js",
);
const UNATTENDED = ["--yes", "--skip-preview", "--non-interactive", "--color=never", `--stack=${STACK}`];

/** The result of one run of the engine. */
export interface Outcome {
  readonly ok: boolean;
  readonly text: string;
}

/** The example company's stack, on a file backend of its own. */
export type CompanyStack = Awaited<ReturnType<typeof companyStack>>;

/** @param config the settings of each generation. */
export async function companyStack(
  engine: Engine,
  parent: string,
  config: (generation: Generation, bundle: string) => ConfigMap,
) {
  const directory = mkdtempSync(path.join(parent, "stack-"));
  const bundle = path.join(directory, "bundle");
  const backend = path.join(directory, "backend");
  const base = environmentOf(engine, directory);
  // Otherwise the backend writes an `.attrs` file beside each state, in place: an engine that is killed at that moment leaves an
  // empty one, and loading the state then fails with "failed to load checkpoint: EOF".
  const envVars = {
    ...base,
    PULUMI_BACKEND_URL: `${base["PULUMI_BACKEND_URL"] ?? ""}?metadata=skip`,
    // Node.js 22 caches compiled code there: each run starts two processes that load the same modules.
    NODE_COMPILE_CACHE: path.join(parent, "compiled"),
  };
  writeFileSync(path.join(directory, "Pulumi.yaml"), `name: ${PROJECT}\nruntime: nodejs\n`);
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: STACK, workDir: directory },
    { pulumiCommand: engine.command, envVars },
  );
  const settingsFile = path.join(directory, `Pulumi.${STACK}.yaml`);
  const settings = new Map<Generation, string>();
  for (const generation of GENERATIONS) {
    await stack.setAllConfig(config(generation, bundle));
    settings.set(generation, readFileSync(settingsFile, "utf8"));
  }
  const untouched = path.join(directory, "untouched");
  cpSync(backend, untouched, { recursive: true });

  const pulumi = (...args: string[]) => startProcess(engine.command.command, args, directory, envVars);
  const start = (operation: "up" | "preview" | "destroy" | "cancel") => {
    if (operation === "cancel") return pulumi("cancel", "--yes", `--stack=${STACK}`);
    if (operation === "destroy") return pulumi("destroy", ...UNATTENDED);
    const args = [PROGRAM, directory, PROJECT, STACK, operation];
    return startProcess(process.execPath, args, directory, envVars);
  };

  return {
    bundle,
    start,
    /** Starts an operation and waits for its end. */
    run: (operation: Parameters<typeof start>[0]): Promise<Outcome> => start(operation).ended,
    /** Replaces the settings by those of a generation. */
    configure: (generation: Generation): void => {
      writeFileSync(settingsFile, settings.get(generation) ?? "");
    },
    /** Runs `pulumi` with these arguments. */
    command: async (...args: string[]): Promise<void> => {
      const { ok, text } = await pulumi(...args).ended;
      if (!ok) throw new Error(`pulumi ${args.join(" ")} failed:\n${text}`);
    },
    /** The state in the backend; empty when there is none. */
    state: (): string => {
      const file = path.join(backend, ".pulumi", "stacks", PROJECT, `${STACK}.json`);
      return existsSync(file) ? readFileSync(file, "utf8") : "";
    },
    /** Returns to the state after `pulumi stack init`. */
    reset: (): void => {
      rmSync(backend, { recursive: true });
      rmSync(bundle, { recursive: true, force: true });
      cpSync(untouched, backend, { recursive: true });
    },
    remove: (): void => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Starts a process; its output is one text, as on a terminal. */
function startProcess(file: string, args: readonly string[], cwd: string, envVars: Record<string, string>) {
  const env = { ...process.env, ...envVars };
  const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  }
  return {
    /** Kills all its processes; when this returns, they are gone. */
    kill: () => {
      if (child.pid !== undefined) killTree(child.pid);
    },
    ended: once(child, "close").then(([code]): Outcome => ({ ok: code === 0, text })),
  };
}

/**
 * Kills a process and everything it started at once, as a power cut would. When this returns, none of them runs another
 * instruction.
 */
export function killTree(root: number): void {
  // Stopped first, so that none of them starts another process or notices that one has died.
  let tree = [root];
  signal(tree, "SIGSTOP");
  for (;;) {
    const now = [root, ...descendants(root)];
    const fresh = now.filter((pid) => !tree.includes(pid));
    if (fresh.length === 0) break;
    signal(fresh, "SIGSTOP");
    tree = now;
  }
  signal(tree, "SIGKILL");
}

function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const line of execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n")) {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = (pid: number): number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has already ended.
    }
  }
}
