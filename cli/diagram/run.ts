import { writeFile } from "node:fs/promises";
import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { intoFile, printJson } from "../output";
import { chooseStacks, hiddenIn, openProject, readSnapshot } from "../stacks";
import type { DiagramOptions } from "./options";
import { mermaid } from "./mermaid";
import { pictureOf } from "./picture";

/** Draws one stack from its state, without running its program. */
export async function runDiagram(options: DiagramOptions): Promise<ExitCode> {
  const { stack = [], output, json } = options;
  const project = await openProject(options);
  const [chosen = ""] = await chooseStacks(project, { all: false, stack: [stack].flat() });
  const snapshot = await readSnapshot(project, chosen);
  const picture = hiddenIn(pictureOf(snapshot), snapshot.hide, ["kind"]);
  if (json) printJson(picture);
  const drawn = mermaid(picture);
  if (output !== undefined) await intoFile("--output", output, (file) => writeFile(file, drawn));
  else if (!json) process.stdout.write(drawn);
  return EXIT_CODES.fine;
}
