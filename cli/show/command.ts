import type { Argv, CommandModule } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, withOneStackOption } from "../stacks/choose";

/** What `show` prints: oCIS's environment variables, or the text of csp.yaml. */
export const PARTS = ["environment", "csp"] as const;
export type Part = (typeof PARTS)[number];

const builder = (parser: Argv<object>) =>
  withOneStackOption(parser)
    .positional("part", { choices: PARTS, describe: "What to print" })
    .option("show-secrets", { type: "boolean", default: false, describe: "Also print secret values" })
    .option("json", { type: "boolean", default: false, describe: "Print JSON" })
    .check(({ part }) => {
      if (part === undefined) throw new Error(`missing part: ${PARTS.join(" or ")}`);
      return true;
    })
    .example("$0 show environment", "the variables of the current stack's oCIS")
    .example("$0 show csp --stack company-a > csp.yaml", "the content security policy of a stack")
    .epilogue(EXIT_CODES_HELP);

export type ShowOptions = OptionsOf<typeof builder>;

/** `ocis-pocket-id show`: the settings of oCIS, which `up` does not print. */
export const show: CommandModule<object, ShowOptions> = {
  command: "show [part]",
  describe: "Print the settings of oCIS from the last up: its environment variables, or csp.yaml",
  builder,
  async handler(options) {
    const { runShow } = await import("./run.js");
    process.exitCode = await runShow(options);
  },
};
