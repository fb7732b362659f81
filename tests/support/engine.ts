import {
  type ConfigMap,
  type ConfigValue,
  type EngineEvent,
  LocalWorkspace,
  type OutputMap,
  type PulumiFn,
  type Stack,
  type UpOptions,
} from "@pulumi/pulumi/automation";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { type Engine, engineEnvironment, findEngine } from "../../cli/engine";

/** Below the checkout, so that the plugin process finds the packages as a user's project would. */
const WORK_DIRECTORY = path.join(__dirname, "..", "..", ".cache", "tests");

const OWN_PROGRAM = path.join(__dirname, "..", "..", "bin", "index.js");

/** What an operation printed and counted. */
export interface Outcome {
  /** Resources by what happened to them: `{ create: 3, same: 1 }`. */
  readonly changes: Record<string, number>;
  readonly text: string;
}

/** What takes precedence over a run: a refresh, by state's own connection or (`runProgram`) by the program's; and how loud it is. */
export type RunOptions = Pick<
  UpOptions,
  | "refresh"
  | "runProgram"
  | "replace"
  | "debug"
  | "logToStdErr"
  | "logVerbosity"
  | "logFlow"
  | "onEvent"
  | "policyPacks"
  | "policyPackConfigs"
>;

type Listeners = Required<Pick<UpOptions, "onOutput" | "onError" | "onEvent">>;

/** A stack on a local file backend, run by the real engine with an inline program. */
export interface EngineStack {
  readonly directory: string;
  preview(options?: RunOptions): Promise<Outcome>;
  up(options?: RunOptions): Promise<Outcome>;
  refresh(): Promise<Outcome>;
  destroy(options?: { readonly excludeProtected?: boolean }): Promise<Outcome>;
  /** What the stack's last update put out, secrets in clear. */
  outputs(): Promise<Record<string, unknown>>;
  /** Runs an operation that must fail, and returns everything it printed. */
  failureOf(operation: Promise<Outcome>): Promise<string>;
  /**
   * The same in a process of its own, where the program itself may fail.
   *
   * @param program file of a project named `ocis-pocket-id`. @default the project's own compiled program
   */
  programFailure(operation: "preview" | "up", program?: string): Promise<string>;
  setConfig(config: ConfigMap): Promise<void>;
  /** Sets this configuration, and removes whatever else was set. */
  replaceConfig(config: ConfigMap): Promise<void>;
  /** The whole state as text, as the backend keeps it: secrets are ciphertext. */
  state(): string;
  /** Takes over a state as {@link state} gave it, encrypted with the same passphrase. */
  takeOver(state: string): Promise<void>;
  /** Replaces environment variables of the engine and its plugin. */
  environment(variables: Record<string, string>): void;
  remove(): Promise<void>;
}

// The first test of a machine may have to build the engine.
jest.setTimeout(15 * 60_000);

let engine: Promise<Engine> | undefined;

/** Finds the engine, or builds it, at most once a test process. */
export function testEngine(): Promise<Engine> {
  engine ??= findEngine({
    progress: (line) => {
      console.log(line);
    },
  });
  return engine;
}

/** Makes a stack with a directory and backend of its own. */
export async function engineStack(
  name: string,
  program: PulumiFn,
  config: ConfigMap = {},
): Promise<EngineStack> {
  mkdirSync(WORK_DIRECTORY, { recursive: true });
  const directory = mkdtempSync(path.join(WORK_DIRECTORY, `${name}-`));
  const backend = path.join(directory, "backend");
  mkdirSync(backend);
  const found = await testEngine();
  const base = engineEnvironment(found, { backendDirectory: backend, passphrase: "test passphrase" });
  const stack = await LocalWorkspace.createOrSelectStack(
    { projectName: name, stackName: "test", program },
    { workDir: directory, pulumiCommand: found.command, envVars: base },
  );
  // After each operation the SDK starts the engine three times more: for a summary, which the operation's own events have as
  // well, and for outputs, which few tests read.
  const outputs = stack.outputs.bind(stack);
  stack.info = () => Promise.resolve(undefined);
  stack.outputs = () => Promise.resolve({});
  const wrapped = wrap(Object.assign(stack, { projectName: name, readOutputs: outputs }), directory, base);
  await wrapped.setConfig(config);
  return wrapped;
}

/** Runs an operation that must fail in a process of its own, and returns everything it printed. */
export function programFailure({
  directory,
  operation,
  program = OWN_PROGRAM,
  stack = "test",
  environment,
}: {
  directory: string;
  operation: "preview" | "up";
  program?: string;
  stack?: string;
  environment: Record<string, string>;
}): Promise<string> {
  const script = path.join(__dirname, "program-process.mjs");
  const args = [script, directory, operation, program, stack];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env: { ...process.env, ...environment } }, (error, stdout, stderr) => {
      if (error === null) reject(new Error(`the operation did not fail:\n${stdout}`));
      else resolve(stdout + stderr);
    });
  });
}

function wrap(
  stack: Stack & { projectName: string; readOutputs: () => Promise<OutputMap> },
  directory: string,
  base: Record<string, string>,
): EngineStack {
  /** Whether a program was stopped by force, so that its engine may have left a lock. */
  let leftRunning = false;
  const secrets = new Map<string, unknown>();
  /** What the stack's file holds for a value; only the engine can encrypt one, which takes a process of its own. */
  const stored = async (key: string, { value, secret = false }: ConfigValue): Promise<unknown> => {
    if (!secret) return value;
    const known = secrets.get(value);
    if (known !== undefined) return known;
    await stack.setConfig(key, { value, secret });
    const encrypted: unknown = (await stack.workspace.stackSettings("test")).config?.[key];
    if (encrypted === undefined) throw new Error(`the engine stored no ${key}`);
    secrets.set(value, encrypted);
    return encrypted;
  };
  /** Writes the stack's configuration: a process less for each value than by the engine's own command. */
  const configure = async (config: ConfigMap, kept: (key: string) => boolean) => {
    const values: [string, unknown][] = [];
    for (const [key, value] of Object.entries(config)) values.push([key, await stored(key, value)]);
    const settings = await stack.workspace.stackSettings("test");
    const before = Object.entries<unknown>(settings.config ?? {}).filter(([key]) => kept(key));
    await stack.workspace.saveStackSettings("test", {
      ...settings,
      config: Object.fromEntries<unknown>([...before, ...values]),
    });
  };
  const run = async (
    options: RunOptions,
    operation: (options: RunOptions & Listeners) => Promise<unknown>,
  ) => {
    let text = "";
    let changes: Record<string, number> = {};
    const onOutput = (chunk: string) => (text += chunk);
    const onEvent = (event: EngineEvent) => {
      changes = event.summaryEvent?.resourceChanges ?? changes;
      options.onEvent?.(event);
    };
    await operation({ ...options, onOutput, onError: onOutput, onEvent });
    return { changes, text };
  };
  return {
    directory,
    preview: (options = {}) => run(options, (all) => stack.preview(all)),
    up: (options = {}) => run(options, (all) => stack.up(all)),
    refresh: () => run({}, (all) => stack.refresh(all)),
    destroy: (options = {}) => run({}, (all) => stack.destroy({ ...all, ...options })),
    async outputs() {
      const values = Object.entries(await stack.readOutputs()).map(
        ([key, output]) => [key, output.value as unknown] as const,
      );
      return Object.fromEntries(values);
    },
    async failureOf(operation) {
      try {
        await operation;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
      throw new Error("the operation did not fail");
    },
    programFailure(operation, program = OWN_PROGRAM) {
      leftRunning = true;
      return programFailure({ directory, operation, program, environment: stack.workspace.envVars });
    },
    replaceConfig: (config) => configure(config, () => false),
    setConfig: (config) => configure(config, () => true),
    state: () =>
      readFileSync(
        path.join(directory, "backend", ".pulumi", "stacks", stack.projectName, "test.json"),
        "utf8",
      ),
    async takeOver(text) {
      const { version, checkpoint } = JSON.parse(text) as {
        version: number;
        checkpoint: { latest: unknown };
      };
      await stack.importStack({ version, deployment: checkpoint.latest });
    },
    environment(variables) {
      stack.workspace.envVars = { ...base, ...variables };
    },
    async remove() {
      if (leftRunning) await stack.cancel().catch(() => undefined);
      await stack.workspace.removeStack("test", { force: true });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
