import { type ConfigMap, LocalWorkspace } from "@pulumi/pulumi/automation";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type Engine, engineEnvironment } from "ocis-pocket-id/engine";
import { type Generation, GENERATIONS } from "./company";
import { killTree } from "./process-tree";

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

export type Operation = "up" | "preview" | "destroy" | "cancel";

/** A run in progress. */
export interface Run {
  readonly ended: Promise<Outcome>;
  /** Kills all its processes; when this returns, they are gone. */
  readonly kill: () => void;
}

/** The example company's stack, on a file backend of its own. */
export interface CompanyStack {
  readonly bundle: string;
  start(operation: Operation): Run;
  /** Starts an operation and waits for its end. */
  run(operation: Operation): Promise<Outcome>;
  /** Replaces the settings by those of a generation. */
  configure(generation: Generation): void;
  /** Runs `pulumi` with these arguments. */
  command(...args: string[]): Promise<void>;
  /** The state in the backend; empty when there is none. */
  state(): string;
  /** Returns to the state after `pulumi stack init`. */
  reset(): void;
  remove(): void;
}

/** @param config the settings of each generation. */
export async function companyStack(
  engine: Engine,
  parent: string,
  config: (generation: Generation, bundle: string) => ConfigMap,
): Promise<CompanyStack> {
  const directory = mkdtempSync(path.join(parent, "stack-"));
  const bundle = path.join(directory, "bundle");
  const backend = path.join(directory, "backend");
  const base = engineEnvironment(engine, { backendDirectory: backend, passphrase: "nobody's passphrase" });
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

  const pulumi = (...args: string[]) => start(engine.command.command, args, directory, envVars);
  const startOperation = (operation: Operation) => {
    if (operation === "cancel") return pulumi("cancel", "--yes", `--stack=${STACK}`);
    if (operation === "destroy") return pulumi("destroy", ...UNATTENDED);
    return start(process.execPath, [PROGRAM, directory, PROJECT, STACK, operation], directory, envVars);
  };

  return {
    bundle,
    start: startOperation,
    run: (operation) => startOperation(operation).ended,
    configure: (generation) => {
      writeFileSync(settingsFile, settings.get(generation) ?? "");
    },
    command: async (...args) => {
      const { ok, text } = await pulumi(...args).ended;
      if (!ok) throw new Error(`pulumi ${args.join(" ")} failed:\n${text}`);
    },
    state: () => {
      const file = path.join(backend, ".pulumi", "stacks", PROJECT, `${STACK}.json`);
      return existsSync(file) ? readFileSync(file, "utf8") : "";
    },
    reset: () => {
      rmSync(backend, { recursive: true });
      rmSync(bundle, { recursive: true, force: true });
      cpSync(untouched, backend, { recursive: true });
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Starts a process; its output is one text, as on a terminal. */
function start(file: string, args: readonly string[], cwd: string, envVars: Record<string, string>): Run {
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...envVars },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ ok: code === 0, text });
    });
  });
  return {
    kill: () => {
      if (child.pid !== undefined) killTree(child.pid);
    },
    ended,
  };
}
