import type { CommandModule } from "yargs";
import { builder, type DriftOptions } from "./options";

/** `ocis-pocket-id drift`: what was changed by hand. Changes nothing. */
export const drift: CommandModule<object, DriftOptions> = {
  command: "drift",
  describe:
    "Show what was changed by hand in Pocket ID, on disk, in Docker and in Kubernetes; changes nothing",
  builder,
  async handler(options) {
    const { runDrift } = await import("./run.js");
    process.exitCode = await runDrift(options);
  },
};
