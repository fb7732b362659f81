import type { Argv } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, withStackOptions } from "../stacks/choose";

/** Adds the options of the command. */
export const builder = (parser: Argv<object>) =>
  withStackOptions(parser)
    .option("user", {
      alias: "u",
      type: "string",
      requiresArg: true,
      describe: "Check only the person with this username, at each client",
    })
    .option("show-values", {
      type: "boolean",
      default: false,
      describe: "Also print values of variables that this package doesn't set; never secrets",
    })
    .option("json", { type: "boolean", default: false, describe: "Print JSON" })
    .example("$0 doctor", "the current stack and everyone in its groups")
    .example("$0 doctor --stack company-a --user alice", "why can't alice log in?")
    .example("$0 doctor --all --json", "all stacks, for a script")
    .epilogue(`${EXIT_CODES_HELP}. Advice doesn't count as a finding.`);

/** The options as yargs parses them. */
export type DoctorOptions = OptionsOf<typeof builder>;
