import type { Argv } from "yargs";
import { withProjectOptions } from "../stacks/choose";

/** Adds what every verb of a fleet needs to find stack files and open them. */
export function withFolderOptions<T>(parser: Argv<T>) {
  return withProjectOptions(parser).option("directory", {
    alias: "d",
    type: "string",
    requiresArg: true,
    normalize: true,
    defaultDescription: "stacks, beside Pulumi.yaml",
    describe: "Folder of stack files, Pulumi.<company>.yaml",
  });
}
