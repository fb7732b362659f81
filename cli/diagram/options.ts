import type { Argv } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, withOneStackOption } from "../stacks/choose";

/** Adds the options of the command. */
export const builder = (parser: Argv<object>) =>
  withOneStackOption(parser)
    .option("format", {
      choices: ["mermaid"] as const,
      default: "mermaid" as const,
      describe: "Mermaid, which GitHub, GitLab and many editors draw",
    })
    .option("output", {
      alias: "o",
      type: "string",
      requiresArg: true,
      normalize: true,
      defaultDescription: "stdout",
      describe: "File to write to",
    })
    .option("json", {
      type: "boolean",
      default: false,
      describe: "Print the contents of the diagram as JSON",
    })
    .example("$0 diagram --output company.mmd", "the current stack")
    .example("$0 diagram --stack company-a", "one stack")
    .epilogue(EXIT_CODES_HELP);

/** The options as yargs parses them. */
export type DiagramOptions = OptionsOf<typeof builder>;
