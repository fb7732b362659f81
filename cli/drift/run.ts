import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { chooseStacks, openProject, readSnapshot } from "../stacks";
import type { DriftOptions } from "./command";

/** Looks at the chosen stacks and writes what it found. */
export async function runDrift(options: DriftOptions): Promise<ExitCode> {
  const project = await openProject(options.cwd);
  for (const stack of await chooseStacks(project, options)) {
    const snapshot = await readSnapshot(project, stack);
    console.log(`${snapshot.name}: ${snapshot.resources.length} resources`);
  }
  return EXIT_CODES.fine;
}
