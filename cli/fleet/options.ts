import type { Argv } from "yargs";
import { withProjectOption } from "../stacks/choose";

/** Adds what every verb of a fleet needs to find stack files and open them. */
export function withFolderOptions<T>(parser: Argv<T>) {
  return withProjectOption(parser)
    .option("directory", {
      alias: "d",
      type: "string",
      requiresArg: true,
      normalize: true,
      defaultDescription: "stacks, beside Pulumi.yaml",
      describe: "Folder of stack files, Pulumi.<company>.yaml",
    })
    .option("passphrase-file-directory", {
      type: "string",
      requiresArg: true,
      normalize: true,
      describe: "Folder with a file for each company, named like it, that holds its passphrase",
    });
}
