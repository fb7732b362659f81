import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * Where a directory is on this machine. A relative one counts from the project's root, so that state can keep it relative
 * and does not differ between checkouts.
 *
 * Program and plugin process may run in different folders of one project (`main` decides), so both look upwards.
 *
 * @param from the project's root, or a folder somewhere below it.
 */
export function resolveDirectory(directory: string, from: string = process.cwd()): string {
  return isAbsolute(directory) ? directory : join(projectRoot(from), directory);
}

/** The nearest folder upwards that holds a Pulumi.yaml. */
export function projectRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (PROJECT_FILES.some((file) => existsSync(join(folder, file)))) return folder;
    if (folder === dirname(folder)) {
      throw new Error(`no Pulumi.yaml in ${from} or above it: give an absolute directory`);
    }
  }
}
