import type { CommandModule } from "yargs";
import { builder, type ShowOptions } from "./options";

/** `ocis-pocket-id show`: the settings of oCIS, which `up` does not print, and what a proxy in front needs. */
export const show: CommandModule<object, ShowOptions> = {
  command: "show [part]",
  describe:
    "Print the settings of oCIS from the last up: its environment variables, or csp.yaml; or the configuration of a proxy",
  builder,
  async handler(options) {
    const { runShow } = await import("./run.js");
    process.exitCode = await runShow(options);
  },
};
