import type { Argv } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, withOneStackOption } from "../stacks/choose";

/** What `show` prints: oCIS's environment variables, the text of csp.yaml, or a configuration of a proxy for both hosts. */
const PARTS = ["environment", "csp", "nginx", "traefik"] as const;
export type Part = (typeof PARTS)[number];

/** Adds the options of the command. */
export const builder = (parser: Argv<object>) =>
  withOneStackOption(parser)
    .positional("part", { choices: PARTS, describe: "What to print" })
    .option("show-secrets", { type: "boolean", default: false, describe: "Also print secret values" })
    .option("json", { type: "boolean", default: false, describe: "Print JSON" })
    .check(({ part }) => {
      if (part === undefined) throw new Error(`missing part: ${PARTS.join(", ")}`);
      return true;
    })
    .example("$0 show environment", "the variables of the current stack's oCIS")
    .example("$0 show csp --stack company-a > csp.yaml", "the content security policy of a stack")
    .example("$0 show nginx", "server blocks for an nginx in front")
    .epilogue(EXIT_CODES_HELP);

/** The options as yargs parses them. */
export type ShowOptions = OptionsOf<typeof builder>;
