import { type ConfigMap, LocalWorkspace, type PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import { execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type Engine, engineEnvironment } from "../engine";
import { type Generation, GENERATIONS } from "./company";
import { COMPILED } from "./compiled";
import { killTree } from "./process-tree";
import program from "./program";

const PROJECT = "ocis-pocket-id";
const STACK = "test";

/** What one run of the engine came to. */
export interface Outcome {
  readonly ok: boolean;
  readonly text: string;
}

export type Operation = "up" | "preview" | "destroy" | "cancel";

/** The example company's stack, on a file backend of its own. */
export interface CompanyStack {
  readonly bundle: string;
  /** Runs the engine, with the program in this process. */
  run(operation: Operation): Promise<Outcome>;
  /** `pulumi up` in processes of its own, and a way to kill all of them. */
  killableUp(): { kill: () => void; ended: Promise<Outcome> };
  /** From now on the settings are those of this generation, and nothing else. */
  configure(generation: Generation): void;
  /** A command as a person would type it after `pulumi`. */
  command(...args: string[]): Promise<void>;
  /** The state as the backend keeps it. */
  state(): string;
  /** As after `pulumi stack init`. */
  forget(): void;
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
  // Without this the backend keeps an `.attrs` file beside each, written in place: an engine that is killed at that moment
  // leaves an empty one, and the state beside it is refused with "failed to load checkpoint: EOF".
  const envVars = { ...base, PULUMI_BACKEND_URL: `${base["PULUMI_BACKEND_URL"] ?? ""}?metadata=skip` };
  writeFileSync(path.join(directory, "Pulumi.yaml"), `name: ${PROJECT}\nruntime: nodejs\n`);
  const stack = await LocalWorkspace.createOrSelectStack(
    { projectName: PROJECT, stackName: STACK, program: () => Promise.resolve(program()) },
    { workDir: directory, pulumiCommand: withoutLookingBack(engine.command), envVars },
  );
  const settingsFile = path.join(directory, `Pulumi.${STACK}.yaml`);
  const settings = new Map<Generation, string>();
  for (const generation of GENERATIONS) {
    await stack.setAllConfig(config(generation, bundle));
    settings.set(generation, readFileSync(settingsFile, "utf8"));
  }
  const untouched = path.join(directory, "untouched");
  cpSync(backend, untouched, { recursive: true });

  return {
    bundle,
    run: (operation) => run(stack, operation),
    killableUp: () => killableUp(directory, envVars),
    configure: (generation) => {
      writeFileSync(settingsFile, settings.get(generation) ?? "");
    },
    command: (...args) => command(engine, directory, envVars, args),
    state: () => {
      const file = path.join(backend, ".pulumi", "stacks", PROJECT, `${STACK}.json`);
      return existsSync(file) ? readFileSync(file, "utf8") : "";
    },
    forget: () => {
      rmSync(backend, { recursive: true });
      rmSync(bundle, { recursive: true, force: true });
      cpSync(untouched, backend, { recursive: true });
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function run(stack: Stack, operation: Operation): Promise<Outcome> {
  let text = "";
  const onOutput = (chunk: string) => (text += chunk);
  const options = { color: "never", onOutput, onError: onOutput } as const;
  try {
    if (operation === "cancel") await stack.cancel();
    else if (operation === "preview") await stack.preview({ ...options, expectNoChanges: true });
    else await stack[operation](options);
    return { ok: true, text };
  } catch (error) {
    return { ok: false, text: text === "" && error instanceof Error ? error.message : text };
  }
}

function killableUp(directory: string, envVars: Record<string, string>) {
  const script = path.join(COMPILED, "up-process.js");
  const env = { ...process.env, ...envVars };
  const child = spawn(process.execPath, [script, directory, PROJECT, STACK], { env });
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

function command(
  engine: Engine,
  directory: string,
  envVars: Record<string, string>,
  args: readonly string[],
): Promise<void> {
  const env = { ...process.env, ...envVars };
  return new Promise((resolve, reject) => {
    execFile(engine.command.command, args, { cwd: directory, env }, (error) => {
      if (error === null) resolve();
      else reject(new Error(`pulumi ${args.join(" ")} failed`, { cause: error }));
    });
  });
}

type Run = (args: string[], ...rest: unknown[]) => Promise<unknown>;

/**
 * After each operation the Automation API asks for outputs and history, in three more processes. Nobody here reads those,
 * and they would take a third of the time, so they are answered at once.
 */
function withoutLookingBack(engine: PulumiCommand): PulumiCommand {
  const answers: Record<string, string> = { output: "{}", history: "[]" };
  return new Proxy(engine, {
    get(target, property) {
      const value = Reflect.get(target, property) as unknown;
      if (property !== "run") return value;
      const original = (value as Run).bind(target);
      const shortened: Run = (args, ...rest) => {
        const answer = args[0] === "stack" ? answers[args[1] ?? ""] : undefined;
        return answer === undefined
          ? original(args, ...rest)
          : Promise.resolve({ stdout: answer, stderr: "", code: 0 });
      };
      return shortened;
    },
  });
}
