import type { CommandModule } from "yargs";
import { builder, type ImportCommandOptions } from "./options";

/** `ocis-pocket-id import`: an oCIS that was set up by hand, as a stack file. */
export const importCommand: CommandModule<object, ImportCommandOptions> = {
  command: "import",
  describe: "Write the stack file of an oCIS that was set up by hand; changes nothing else",
  builder,
  async handler(options) {
    const { runImport } = await import("./run.js");
    process.exitCode = await runImport(options);
  },
};
