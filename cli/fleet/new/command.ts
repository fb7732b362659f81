import type { CommandModule } from "yargs";
import { builder, type NewOptions } from "./options";

/** `ocis-pocket-id fleet new`: the stack file of a new company. */
export const newCompany: CommandModule<object, NewOptions> = {
  command: "new <company>",
  describe: "Write and check the stack file of a new company, from options or answers",
  builder,
  async handler(options) {
    const { runNew } = await import("./run.js");
    process.exitCode = await runNew(options);
  },
};
