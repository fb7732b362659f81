import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { companyNameProblem, FLEET_FOLDER, projectFolder, stackFilesIn } from "../stacks/files";
import { ASKED } from "./scripts";

type Done = (completions: string[]) => void;
type Callback = (error: Error | null, completions: readonly string[] | undefined) => void;

/** Whether a shell asks what could come next. */
export const isCompletion = (args: readonly string[]): boolean => args.includes(ASKED);

/** Completes names of stacks after `--stack` and of companies after `fleet up`; all else yargs does itself. */
export function completeWords(
  current: string,
  argv: Readonly<Record<string, unknown>>,
  byDefault: (onCompleted?: Callback) => unknown,
  done: Done,
): void {
  // The last word is the one that is being typed.
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
    const isValue = !current.startsWith("-") && wantsValue(words.at(-1), argv);
    byDefault((_error, completions = []) => {
      done(completions.filter((word) => !(isValue ? /^-/ : SHORT).test(word)));
    });
  }
}

/** Short options, which their long ones stand beside. */
const SHORT = /^--?[a-z](:|$)/;

/** Whether a value comes next: after an option that is no switch. */
function wantsValue(word: string | undefined, argv: Readonly<Record<string, unknown>>): boolean {
  if (word?.startsWith("-") !== true) return false;
  return typeof argv[word.replace(/^-+/, "")] !== "boolean";
}

/**
 * Stacks with a file beside Pulumi.yaml or in the fleet's folder. A backend may have more, but asking it would start the
 * engine at each press of a key. A completion prints no errors: it has nothing to offer then.
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

/** Whether a company's name comes next: not after an option, which may want a value. */
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

/** A shell hands over `~` as it was typed. */
function folderOf(word: unknown): string {
  return typeof word === "string" ? word.replace(/^~(?=\/|$)/, homedir()) : process.cwd();
}
