type Done = (completions: string[]) => void;

/** What the shells' scripts call the program with, before the words of the line. */
const ASKED = "--get-yargs-completions";

const SHELLS = ["bash", "zsh"] as const;

/** Whether a shell asks what could come next. */
export const isCompletion = (args: readonly string[]): boolean => args.includes(ASKED);

/**
 * Says which shell is meant, where yargs goes by the login shell alone: the one after `completion`; and for a completion
 * the one whose script asks, as only zsh's hands the line over in the environment. Call it before yargs is made.
 *
 * @throws Error when it is another one
 */
export function chooseShell(
  args: readonly string[],
  environment: Record<string, string | undefined> = process.env,
): void {
  const [verb, shell] = args;
  if (isCompletion(args)) {
    environment["SHELL"] = environment["COMP_LINE"] === undefined ? "bash" : "zsh";
    return;
  }
  if (verb !== "completion" || shell === undefined || shell.startsWith("-")) return;
  if (!SHELLS.some((known) => known === shell)) {
    throw new Error(`there are completions for ${SHELLS.join(" and ")}, not for '${shell}'`);
  }
  environment["SHELL"] = shell;
}

/** Completes names of stacks after `--stack` and of companies after `fleet up`; verbs and options yargs does itself. */
export function completeWords(
  current: string,
  argv: Readonly<Record<string, unknown>>,
  byDefault: () => unknown,
  done: Done,
): void {
  const words = process.argv.slice(process.argv.indexOf(ASKED) + 2, -1);
  // The last word is the one that is being typed.
  const option = words.findLast((word) => word.startsWith("-"));
  if (current.startsWith("-")) byDefault();
  else if (option === "--stack" || option === "-s") void stackNames(argv["cwd"]).then(done);
  else if (isCompany(words)) void companyNames(argv["cwd"], argv["directory"], words).then(done);
  else byDefault();
}

/** A completion never speaks of errors: it has nothing to offer then. */
async function stackNames(cwd: unknown): Promise<string[]> {
  try {
    const { openProject } = await import("./stacks/project.js");
    const project = await openProject({ cwd: typeof cwd === "string" ? cwd : process.cwd() });
    return (await project.stacks()).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Whether a company's name comes next: not after an option, which may want a value. */
function isCompany([verb, operation = "", ...more]: readonly string[]): boolean {
  const operations = ["preview", "up", "refresh", "destroy"];
  return verb === "fleet" && operations.includes(operation) && more.at(-1)?.startsWith("-") !== true;
}

async function companyNames(cwd: unknown, directory: unknown, given: readonly string[]): Promise<string[]> {
  try {
    const { stackFilesIn } = await import("./fleet/stack-files.js");
    const beside = `${typeof cwd === "string" ? cwd : "."}/stacks`;
    const files = await stackFilesIn(typeof directory === "string" ? directory : beside);
    return [...files.keys()].filter((name) => !given.includes(name));
  } catch {
    return [];
  }
}
