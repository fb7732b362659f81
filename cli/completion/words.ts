import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { companyNameProblem, FLEET_FOLDER, projectFolder, stackFilesIn } from "../stacks/files";
import { ASKED } from "./scripts";

type Done = (completions: string[]) => void;
type Callback = (error: Error | null, completions: readonly string[] | undefined) => void;

/** Whether a shell requests completions. */
export const isCompletion = (args: readonly string[]): boolean => args.includes(ASKED);

/** Completes stack names after `--stack` and companies after `fleet up`, for instance; yargs completes everything else. */
export function completeWords(
  current: string,
  argv: Readonly<Record<string, unknown>>,
  byDefault: (onCompleted?: Callback) => unknown,
  done: Done,
): void {
  // The last word is still being typed.
  const words = process.argv.slice(process.argv.indexOf(ASKED) + 2, -1);
  const offer = (names: readonly string[]) => {
    const fits = (name: string) => name.startsWith(current) && !words.includes(name);
    done(names.filter((name) => fits(name) && companyNameProblem(name) === undefined));
  };
  const option = words.findLast((word) => word.startsWith("-"));
  if (!current.startsWith("-") && (option === "--stack" || option === "-s")) {
    void stackNames(argv["cwd"]).then(offer);
  } else if (!current.startsWith("-") && isCompany(words)) {
    void companyNames(argv["cwd"], argv["directory"]).then(offer);
  } else {
    const isValue = !current.startsWith("-") && needsValue(words.at(-1), argv);
    byDefault((_error, completions = []) => {
      done(completions.filter((word) => !(isValue ? /^-/ : SHORT).test(word)));
    });
  }
}

/** Short options, which have long equivalents. */
const SHORT = /^--?[a-z](:|$)/;

/** Whether an option's value comes next. */
function needsValue(word: string | undefined, argv: Readonly<Record<string, unknown>>): boolean {
  if (word?.startsWith("-") !== true) return false;
  return typeof argv[word.replace(/^-+/, "")] !== "boolean";
}

/**
 * Stacks with a file next to Pulumi.yaml or in the fleet's folder. A backend can have more, but reading it would start the engine
 * at each press of a key. Completion prints no errors: then it has nothing to offer.
 */
async function stackNames(cwd: unknown): Promise<string[]> {
  try {
    const project = projectFolder(resolve(folderOf(cwd)));
    const found = [project, join(project, FLEET_FOLDER)].map((folder) =>
      stackFilesIn(folder).catch(() => new Map<string, string>()),
    );
    return [...new Set((await Promise.all(found)).flatMap((files) => [...files.keys()]))].sort();
  } catch {
    return [];
  }
}

/** Whether a company's name comes next: not after an option, which can need a value. */
function isCompany([verb, operation = "", ...more]: readonly string[]): boolean {
  const operations = ["preview", "up", "refresh", "destroy"];
  return verb === "fleet" && operations.includes(operation) && more.at(-1)?.startsWith("-") !== true;
}

async function companyNames(cwd: unknown, directory: unknown): Promise<string[]> {
  try {
    const folder = typeof directory === "string" ? folderOf(directory) : join(folderOf(cwd), FLEET_FOLDER);
    return [...(await stackFilesIn(folder)).keys()];
  } catch {
    return [];
  }
}

/** The shell doesn't expand `~`. */
function folderOf(word: unknown): string {
  return typeof word === "string" ? word.replace(/^~(?=\/|$)/, homedir()) : process.cwd();
}
