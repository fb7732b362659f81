type Done = (completions: string[]) => void;

/** Completes the names of stacks after `--stack`; verbs and options are completed by yargs itself. */
export function completeWords(
  current: string,
  argv: Readonly<Record<string, unknown>>,
  byDefault: () => unknown,
  done: Done,
): void {
  // The shell hands over the line so far; its last word is the one that is being typed.
  const option = process.argv.slice(0, -1).findLast((word) => word.startsWith("-"));
  if (current.startsWith("-") || (option !== "--stack" && option !== "-s")) {
    byDefault();
    return;
  }
  void stackNames(argv["cwd"]).then(done);
}

/** A completion never speaks of errors: it has nothing to offer then. */
async function stackNames(cwd: unknown): Promise<string[]> {
  try {
    const { openProject } = await import("./stacks/project.js");
    const project = await openProject(typeof cwd === "string" ? cwd : undefined);
    return (await project.stacks()).map(({ name }) => name);
  } catch {
    return [];
  }
}
