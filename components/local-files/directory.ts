import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * Where a directory is on this machine. A relative one counts from the project's root, so that state can keep it relative
 * and does not differ between checkouts.
 *
 * The engine tells its plugin process nothing of the root, but starts it in the program's folder (that of `main`), so
 * looking upwards from there gives the same answer in both.
 */
export function resolveDirectory(directory: string): string {
  return isAbsolute(directory) ? directory : join(projectRoot(), directory);
}

/** The nearest folder upwards with a Pulumi.yaml; this folder if there is none, as for inline programs. */
export function projectRoot(here: string = process.cwd()): string {
  for (let folder = here; ; folder = dirname(folder)) {
    if (PROJECT_FILES.some((file) => existsSync(join(folder, file)))) return folder;
    if (folder === dirname(folder)) return here;
  }
}
