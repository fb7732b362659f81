import type { CommandModule } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { withOneStackOption } from "../stacks/choose";
import type { ProjectChoice } from "../stacks/project";

/** Options of `diagram`. */
export interface DiagramOptions extends ProjectChoice {
  /** @default the current stack */
  readonly stack: string | undefined;
  readonly format: "mermaid";
  /** File to write to. @default stdout */
  readonly output: string | undefined;
  readonly json: boolean;
}

/** `ocis-pocket-id diagram`: a stack as a diagram. */
export const diagram: CommandModule<object, DiagramOptions> = {
  command: "diagram",
  describe: "Draw a stack as Mermaid: groups, claims, clients, where oCIS runs, and the steps of a login",
  builder: (parser) =>
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
      .epilogue(EXIT_CODES_HELP),
  async handler(options) {
    const { runDiagram } = await import("./run.js");
    process.exitCode = await runDiagram(options);
  },
};
