import type { Argv, CommandModule } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, withOneStackOption } from "../stacks/choose";

const builder = (parser: Argv<object>) =>
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

export type DiagramOptions = OptionsOf<typeof builder>;

/** `ocis-pocket-id diagram`: a stack as a diagram. */
export const diagram: CommandModule<object, DiagramOptions> = {
  command: "diagram",
  describe: "Draw a stack as Mermaid: groups, claims, clients, where oCIS runs, and the steps of a login",
  builder,
  async handler(options) {
    const { runDiagram } = await import("./run.js");
    process.exitCode = await runDiagram(options);
  },
};
