import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where `fleet` looks for stack files, seen from the project's folder, unless it is told another place. */
export const FLEET_FOLDER = "stacks";

/** The nearest folder with a Pulumi.yaml, from this one upwards. @throws Error in one line when there is none */
export function projectFolder(folder: string): string {
  const files = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];
  for (let here = folder; ; here = dirname(here)) {
    if (files.some((file) => existsSync(join(here, file)))) return here;
    if (here === dirname(here)) {
      throw new Error(
        `there is no Pulumi.yaml in ${folder} or above it: go to a project, or name one with --cwd`,
      );
    }
  }
}
