import { LocalWorkspace, type LocalWorkspaceOptions, type Stack } from "@pulumi/pulumi/automation";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { type Engine, engineEnvironment } from "ocis-pocket-id/engine";
import { findProgram } from "ocis-pocket-id/engine";
import type { StateEntry } from "./state";
import type { Workload } from "./workloads";

const PROJECT = "ocis-pocket-id";
const STACK = "bench";

/** What one run of the engine took. */
export interface Run {
  readonly seconds: number;
  /** Requests that reached Pocket ID meanwhile. */
  readonly requests: number;
}

export type Operation = "preview" | "up" | "refresh";

/**
 * Where programs run: in a process of their own, as for everybody who types `pulumi up`; or in this one, where the engine
 * comes without the part that starts Node.js programs.
 */
export type ProgramKind = "project" | "inline";

/** The kind that an engine can run; one that was built from its Go module has no language host. */
export async function programKind({ directory }: Engine): Promise<ProgramKind> {
  const where = [directory, process.env["PATH"]].join(path.delimiter);
  return (await findProgram("pulumi-language-nodejs", where)) === undefined ? "inline" : "project";
}

/** A stack that was never run, on a backend and a Pocket ID of its own. */
export interface Site {
  /** Runs the engine once. `up` shows no preview first, so that each number is that of one pass. */
  run(operation: Operation): Promise<Run>;
  /** What the engine keeps of every resource. */
  state(): Promise<StateEntry[]>;
  close(): Promise<void>;
}

/** What all sites of one benchmark share. */
export interface Place {
  readonly engine: Engine;
  readonly directory: string;
  readonly programs: ProgramKind;
}

/** Opens a fresh site for a program. More environment variables are for the engine. */
export async function openSite(
  { engine, directory: parent, programs }: Place,
  workload: Workload,
  environment: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const directory = mkdtempSync(path.join(parent, `${workload.name}-`));
  const pocketId = await startEmulator();
  for (const username of workload.people) pocketId.addUser({ username });
  const backendDirectory = path.join(directory, "backend");
  const envVars = {
    ...engineEnvironment(engine, { backendDirectory, passphrase: "not a secret of anybody" }),
    ...environment,
  };
  const options = { pulumiCommand: engine.command, envVars };
  const stack =
    programs === "project"
      ? await openProject(directory, workload, options)
      : await LocalWorkspace.createOrSelectStack(
          { projectName: PROJECT, stackName: STACK, program: workload.inline },
          { ...options, workDir: directory },
        );
  await stack.setAllConfig(workload.config(pocketId, directory));
  return {
    run: (operation) => timed(stack, operation, pocketId),
    async state() {
      const exported = await stack.exportStack();
      const deployment = exported.deployment as { resources?: StateEntry[] };
      return deployment.resources ?? [];
    },
    async close() {
      await pocketId.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A project as a user has it, with the settings of ours. */
function openProject(
  directory: string,
  { source }: Workload,
  options: LocalWorkspaceOptions,
): Promise<Stack> {
  const runtime = { name: "nodejs", options: { typescript: false } };
  // JSON is YAML.
  writeFileSync(
    path.join(directory, "Pulumi.yaml"),
    JSON.stringify({ name: PROJECT, main: "index.js", runtime }),
  );
  writeFileSync(path.join(directory, "index.js"), source);
  return LocalWorkspace.createOrSelectStack({ stackName: STACK, workDir: directory }, options);
}

async function timed(stack: Stack, operation: Operation, pocketId: Emulator): Promise<Run> {
  const before = pocketId.requests.length;
  const start = performance.now();
  await stack[operation]();
  const seconds = (performance.now() - start) / 1000;
  return { seconds, requests: pocketId.requests.length - before };
}
