import type { Argv } from "yargs";
import type { Project, ProjectChoice } from "./project";

/** Which stacks a verb works on, as its command line says. */
export interface StackChoice extends ProjectChoice {
  /** Names; empty for the current stack. */
  readonly stack: readonly string[];
  readonly all: boolean;
}

/** Adds `--stack` and `--all` to a verb that works on several stacks, and what finds and opens them. */
export function withStackOptions<T>(parser: Argv<T>) {
  return withProjectOptions(parser)
    .option("stack", {
      alias: "s",
      type: "string",
      array: true,
      requiresArg: true,
      default: [] as string[],
      defaultDescription: "the current stack",
      describe: "Names of stacks",
    })
    .option("all", { type: "boolean", default: false, describe: "All stacks of the project" })
    .check(({ stack, all }) => {
      if (all && stack.length > 0) throw new Error("--all and --stack exclude each other: leave one out");
      return true;
    });
}

/** Adds `--stack` to a verb that works on one stack, and what finds and opens it. @param once why there is only one */
export function withOneStackOption<T>(parser: Argv<T>, once: string) {
  return withProjectOptions(parser)
    .option("stack", {
      alias: "s",
      type: "string",
      requiresArg: true,
      defaultDescription: "the current stack",
      describe: "Name of the stack",
    })
    .check(({ stack }) => {
      if (Array.isArray(stack)) throw new Error(`give --stack once: ${once}`);
      return true;
    });
}

/** Adds `--cwd` and `--passphrase-file-directory`. */
export function withProjectOptions<T>(parser: Argv<T>) {
  return parser
    .option("cwd", {
      type: "string",
      requiresArg: true,
      default: process.cwd(),
      defaultDescription: "the current folder",
      describe: "Folder of the project's Pulumi.yaml",
    })
    .option("passphrase-file-directory", {
      type: "string",
      requiresArg: true,
      normalize: true,
      describe: "Folder with a file for each stack, named like it, that holds its passphrase",
    });
}

/**
 * The names of the chosen stacks. Names that were given are taken as they are: whether they are there shows when they
 * are read.
 *
 * @throws Error when nothing was chosen and no stack is the current one.
 */
export async function chooseStacks(
  project: Project,
  { stack, all }: Pick<StackChoice, "stack" | "all">,
): Promise<string[]> {
  if (stack.length > 0) return [...new Set(stack)];
  const stacks = await project.stacks();
  const names = stacks.map(({ name }) => name);
  if (all) return names;
  const current = stacks.find((one) => one.current);
  if (current !== undefined) return [current.name];
  const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
  throw new Error(`no stack of project '${project.name}' is selected (${known}): say --stack NAME or --all`);
}
