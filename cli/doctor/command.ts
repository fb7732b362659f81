import type { CommandModule } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type StackChoice, withStackOptions } from "../stacks/choose";

/** What `doctor` is told. */
export interface DoctorOptions extends StackChoice {
  /** Username of the one person to look at. */
  readonly user: string | undefined;
  /** Whether values of variables are printed that this package has not set. */
  readonly "show-values": boolean;
  readonly json: boolean;
}

/** `ocis-pocket-id doctor`: why a login would fail, before anybody tries. Changes nothing. */
export const doctor: CommandModule<object, DoctorOptions> = {
  command: "doctor",
  describe: "Say why a login would fail, before anybody tries; changes nothing",
  builder: (parser) =>
    withStackOptions(parser)
      .option("user", {
        alias: "u",
        type: "string",
        requiresArg: true,
        describe:
          "Username of one person to look at, at each client; otherwise all people of the stack's groups",
      })
      .option("show-values", {
        type: "boolean",
        default: false,
        describe: "Print values of variables that are not this package's own, too; no secrets",
      })
      .option("json", { type: "boolean", default: false, describe: "Print JSON" })
      .example("$0 doctor", "the current stack and everybody in its groups")
      .example("$0 doctor --stack company-a --user alice", "why can alice not log in?")
      .example("$0 doctor --all --json", "all stacks, for a script")
      .epilogue(`${EXIT_CODES_HELP}. Advice alone is no finding.`),
  async handler(options) {
    const { runDoctor } = await import("./run.js");
    process.exitCode = await runDoctor(options);
  },
};
