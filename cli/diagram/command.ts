import type { CommandModule } from "yargs";
import { builder, type DiagramOptions } from "./options";

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
