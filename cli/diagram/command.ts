import type { CommandModule } from "yargs";
import { EXIT_CODES_IN_WORDS } from "../exit-codes";
import { withOneStackOption } from "../stacks/choose";
import type { ProjectChoice } from "../stacks/project";

/** What `diagram` is told. */
export interface DiagramOptions extends ProjectChoice {
  /** The current one when left out. */
  readonly stack: string | undefined;
  readonly format: "svg" | "mermaid";
  /** File to write to; stdout when left out. */
  readonly output: string | undefined;
  readonly json: boolean;
}

/** `ocis-pocket-id diagram`: a stack as a picture. */
export const diagram: CommandModule<object, DiagramOptions> = {
  command: "diagram",
  describe: "Draw a stack: groups, claims, clients, where oCIS runs, and how a login flows",
  builder: (parser) =>
    withOneStackOption(parser, "a picture shows one stack")
      .option("format", {
        choices: ["svg", "mermaid"] as const,
        default: "svg" as const,
        describe: "SVG, or Mermaid for Markdown",
      })
      .option("output", {
        alias: "o",
        type: "string",
        requiresArg: true,
        normalize: true,
        defaultDescription: "stdout",
        describe: "File to write to",
      })
      .option("json", { type: "boolean", default: false, describe: "Print what the picture shows as JSON" })
      .example("$0 diagram --output company.svg", "the current stack")
      .example("$0 diagram --stack company-a --format mermaid", "for a page in Markdown")
      .epilogue(EXIT_CODES_IN_WORDS),
  async handler(options) {
    const { runDiagram } = await import("./run.js");
    process.exitCode = await runDiagram(options);
  },
};
