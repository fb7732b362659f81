import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { type Engine, findEngine } from "ocis-pocket-id/engine";
import { publish, type Report } from "./report";

/** Below the checkout, so that the engine's plugin finds our packages. */
const CACHE = path.join(__dirname, "..", "..", ".cache");

/** What an experiment works with. */
export interface Laboratory {
  readonly engine: Engine;
  /** Its own, removed at the end. */
  readonly directory: string;
  readonly progress: (line: string) => void;
}

/** Runs an experiment from the command line: finds an engine, publishes the report, and cleans up. */
export function experiment(name: string, run: (laboratory: Laboratory) => Promise<Report>): void {
  inLaboratory(name, run).then(publish, (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

async function inLaboratory(name: string, run: (laboratory: Laboratory) => Promise<Report>): Promise<Report> {
  // An admin's own server isn't one to experiment with.
  for (const variable of ["POCKET_ID_URL", "POCKET_ID_API_KEY"]) {
    Reflect.deleteProperty(process.env, variable);
  }
  const progress = (line: string) => {
    console.log(line);
  };
  const engine = await findEngine({ progress });
  mkdirSync(CACHE, { recursive: true });
  const directory = mkdtempSync(path.join(CACHE, `${name}-`));
  try {
    return await run({ engine, directory, progress });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
