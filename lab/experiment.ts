import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { type Engine, engineEnvironment, findEngine } from "ocis-pocket-id/engine";
import { publish, type Report } from "./report";

/** Below the checkout, so that the engine's plugin finds our packages. */
const CACHE = path.join(__dirname, "..", "..", ".cache");

/** What an experiment works with. */
export interface Laboratory {
  readonly engine: Engine;
  /** The experiment's own directory, removed at the end. */
  readonly directory: string;
  readonly progress: (line: string) => void;
}

/** The environment of an engine whose backend is a folder in a directory. */
export function environmentOf(engine: Engine, directory: string): Record<string, string> {
  const backendDirectory = path.join(directory, "backend");
  return engineEnvironment(engine, { backendDirectory, passphrase: "not a real secret" });
}

/** Runs an experiment from the command line: finds an engine, publishes the report, and cleans up. */
export function experiment(name: string, run: (laboratory: Laboratory) => Promise<Report>): void {
  // Never experiment with an admin's own server.
  for (const variable of ["POCKET_ID_URL", "POCKET_ID_API_KEY"]) {
    Reflect.deleteProperty(process.env, variable);
  }
  const inLaboratory = async () => {
    const progress = console.log;
    const engine = await findEngine({ progress });
    mkdirSync(CACHE, { recursive: true });
    const directory = mkdtempSync(path.join(CACHE, `${name}-`));
    try {
      publish(await run({ engine, directory, progress }));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };
  inLaboratory().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
