import type { CommandModule } from "yargs";
import { builder, type DoctorOptions } from "./options";

/** `ocis-pocket-id doctor`: why a login would fail, before anyone tries. Changes nothing. */
export const doctor: CommandModule<object, DoctorOptions> = {
  command: "doctor",
  describe: "Find out why a login would fail, before anyone tries; changes nothing",
  builder,
  async handler(options) {
    const { runDoctor } = await import("./run.js");
    process.exitCode = await runDoctor(options);
  },
};
