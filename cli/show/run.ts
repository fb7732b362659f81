import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { printJson } from "../output";
import { chooseStacks, openProject, readSnapshot } from "../stacks";
import type { ShowOptions } from "./options";
import { settingsText, settingsIn } from "./settings";

/** Prints a part of the settings of one stack, from its state, without running its program. */
export async function runShow(options: ShowOptions): Promise<ExitCode> {
  const { part = "environment", stack, "show-secrets": showSecrets, json } = options;
  const project = await openProject(options);
  const [chosen = ""] = await chooseStacks(project, {
    all: false,
    stack: stack === undefined ? [] : [stack],
  });
  const settings = settingsIn(await readSnapshot(project, chosen), part, showSecrets);
  if (json) printJson(settings);
  else process.stdout.write(settingsText(settings));
  return EXIT_CODES.fine;
}
