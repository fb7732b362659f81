import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type Engine, findProgram } from "ocis-pocket-id/engine";
import { startEmulator } from "../../emulator";
import { environmentOf, type Laboratory } from "../experiment";
import type { Workload } from "./workloads";

const PROJECT = "ocis-pocket-id";
const STACK = "bench";

/** What one run of the engine took. */
export interface Run {
  readonly seconds: number;
  /** Requests to Pocket ID during the run. */
  readonly requests: number;
}

/**
 * Where programs run: in a process of their own, as for everybody who types `pulumi up`; or in this one, if the engine
 * lacks the part that starts Node.js programs.
 */
export type ProgramKind = "project" | "inline";

/** The kind that an engine can run; one that was built from its Go module has no language host. */
export async function programKind({ directory }: Engine): Promise<ProgramKind> {
  const where = [directory, process.env["PATH"]].join(path.delimiter);
  return (await findProgram("pulumi-language-nodejs", where)) === undefined ? "inline" : "project";
}

/** One entry of a stack's state, as far as the benchmark needs it. */
export interface StateEntry {
  readonly type: string;
  readonly inputs?: { readonly __provider?: string };
}

export interface Bench extends Laboratory {
  readonly programs: ProgramKind;
}

/** A fresh stack with its own backend and Pocket ID. */
export type BenchStack = Awaited<ReturnType<typeof openStack>>;

export async function openStack(
  { directory: parent, engine, programs, progress }: Bench,
  workload: Workload,
) {
  const { name } = workload;
  const directory = mkdtempSync(path.join(parent, `${name}-`));
  const pocketId = await startEmulator();
  for (const username of workload.people) pocketId.addUser({ username });
  const envVars = { ...environmentOf(engine, directory), ...workload.environment };
  const options = { pulumiCommand: engine.command, envVars };
  if (programs === "project") {
    writeProject(directory, "index.js");
    writeFileSync(path.join(directory, "index.js"), workload.source);
  }
  const stack = await (programs === "project"
    ? LocalWorkspace.createOrSelectStack({ stackName: STACK, workDir: directory }, options)
    : LocalWorkspace.createOrSelectStack(
        { projectName: PROJECT, stackName: STACK, program: workload.inline },
        { ...options, workDir: directory },
      ));
  await stack.setAllConfig(workload.config(pocketId, directory));
  return {
    /** Runs the engine once. `up` shows no preview first, so each number is that of one pass. */
    async run(operation: "preview" | "up" | "refresh"): Promise<Run> {
      const before = pocketId.requests.length;
      const start = performance.now();
      await stack[operation]();
      const seconds = (performance.now() - start) / 1_000;
      const requests = pocketId.requests.length - before;
      progress(`  ${name} ${operation}: ${seconds.toFixed(2)} s, ${requests} requests`);
      return { seconds, requests };
    },
    async state(): Promise<StateEntry[]> {
      const exported = await stack.exportStack();
      return (exported.deployment as { resources?: StateEntry[] }).resources ?? [];
    },
    async close(): Promise<void> {
      await pocketId.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Writes the Pulumi.yaml (JSON is YAML) of a program that is already compiled. */
export function writeProject(directory: string, main: string): void {
  const runtime = { name: "nodejs", options: { typescript: false } };
  writeFileSync(path.join(directory, "Pulumi.yaml"), JSON.stringify({ name: PROJECT, main, runtime }));
}
