import type { Argv } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, TEXT, withOneStackOption } from "../stacks/choose";

/**
 * What `show` prints: oCIS's environment variables, the text of csp.yaml, a configuration of a proxy for both hosts, or what
 * another version of oCIS would write into ocis.yaml.
 */
const PARTS = ["environment", "csp", "nginx", "traefik", "upgrade"] as const;
export type Part = (typeof PARTS)[number];

/** Adds the options of the command. */
export const builder = (parser: Argv<object>) =>
  withOneStackOption(parser)
    .positional("part", { choices: PARTS, describe: "What to print" })
    .option("show-secrets", { type: "boolean", default: false, describe: "Also print secret values" })
    .option("image", {
      ...TEXT,
      defaultDescription: "the stack's ocisImage",
      describe: "With upgrade: the image of oCIS to compare with",
    })
    .option("json", { type: "boolean", default: false, describe: "Print JSON" })
    .check(({ part, image }) => {
      if (part === undefined) throw new Error(`missing part: ${PARTS.join(", ")}`);
      if (image !== undefined && part !== "upgrade") throw new Error("--image is for upgrade");
      return true;
    })
    .example("$0 show environment", "the variables of the current stack's oCIS")
    .example("$0 show csp --stack company-a > csp.yaml", "the content security policy of a stack")
    .example("$0 show nginx", "server blocks for an nginx in front")
    .example("$0 show upgrade --image owncloud/ocis:8.0.5", "what that version would add to ocis.yaml")
    .epilogue(EXIT_CODES_HELP);

/** The options as yargs parses them. */
export type ShowOptions = OptionsOf<typeof builder>;
