import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { type EmbeddedPocketId, startEmbeddedPocketId } from "../../embedded";
import { type Engine, engineEnvironment } from "../engine";
import type { StateEntry } from "./state";
import type { Workload } from "./workloads";

/** Below the checkout, so that the engine's plugin finds our packages. */
const CACHE = path.join(__dirname, "..", "..", "..", ".cache");

/** What one run of the engine took. */
export interface Run {
  readonly seconds: number;
  /** Requests that reached Pocket ID meanwhile. */
  readonly requests: number;
}

export type Operation = "preview" | "up" | "refresh";

/** A stack that was never run, on a backend and a Pocket ID of its own. */
export interface Site {
  /** Runs the engine once. `up` shows no preview first, so that each number is that of one pass. */
  run(operation: Operation): Promise<Run>;
  /** What the engine keeps of every resource. */
  state(): Promise<StateEntry[]>;
  close(): Promise<void>;
}

/** The directory of one benchmark; another one at the same time has its own. */
export function openDirectory(): string {
  mkdirSync(CACHE, { recursive: true });
  return mkdtempSync(path.join(CACHE, "bench-"));
}

/** Opens a fresh site for a program. More environment variables are for the engine. */
export async function openSite(
  engine: Engine,
  parent: string,
  workload: Workload,
  environment: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const directory = mkdtempSync(path.join(parent, `${workload.name}-`));
  const pocketId = await startEmbeddedPocketId();
  for (const username of workload.people) pocketId.addUser({ username });
  const backendDirectory = path.join(directory, "backend");
  const envVars = {
    ...engineEnvironment(engine, { backendDirectory, passphrase: "not a secret of anybody" }),
    ...environment,
  };
  const stack = await LocalWorkspace.createOrSelectStack(
    { projectName: "ocis-pocket-id", stackName: "bench", program: workload.program },
    { workDir: directory, pulumiCommand: engine.command, envVars },
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

async function timed(stack: Stack, operation: Operation, pocketId: EmbeddedPocketId): Promise<Run> {
  const before = pocketId.requests.length;
  const start = performance.now();
  await stack[operation]();
  const seconds = (performance.now() - start) / 1000;
  return { seconds, requests: pocketId.requests.length - before };
}
