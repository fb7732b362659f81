import type { Argv } from "yargs";
import type { Project } from "./project";

/** The options that a yargs builder adds. */
export type OptionsOf<Builder extends (...args: never[]) => unknown> =
  ReturnType<Builder> extends Argv<infer Options> ? Options : never;

/** An option with a text. */
export const TEXT = { type: "string", requiresArg: true } as const;

/** An option with any number of texts. */
export const TEXTS = { ...TEXT, array: true, default: [] as string[] } as const;

/** Adds `--stack`, `--all` and the options of a project to a verb that works on several stacks. */
export function withStackOptions<T>(parser: Argv<T>) {
  return withProjectOptions(parser)
    .option("stack", {
      ...TEXTS,
      alias: "s",
      defaultDescription: "the current stack",
      describe: "Names of stacks",
    })
    .option("all", { type: "boolean", default: false, describe: "All stacks of the project" })
    .check(({ stack, all }) => {
      if (all && stack.length > 0) throw new Error("--all and --stack can't be combined: use one of them");
      return true;
    });
}

/** Adds `--stack` and the options of a project to a verb that works on one stack. */
export function withOneStackOption<T>(parser: Argv<T>) {
  return withProjectOptions(parser)
    .option("stack", {
      ...TEXT,
      alias: "s",
      defaultDescription: "the current stack",
      describe: "Name of the stack",
    })
    .check(({ stack }) => {
      if (Array.isArray(stack)) throw new Error("--stack was given twice: this verb works on one stack");
      return true;
    });
}

/** Adds `--directory` and the options of a project to a verb of `fleet`. */
export function withFolderOptions<T>(parser: Argv<T>) {
  return withProjectOptions(parser).option("directory", {
    ...TEXT,
    alias: "d",
    normalize: true,
    defaultDescription: "stacks, next to Pulumi.yaml",
    describe: "Folder of stack files, Pulumi.<company>.yaml",
  });
}

/** Adds `--cwd` and `--passphrase-file-directory`. */
function withProjectOptions<T>(parser: Argv<T>) {
  return parser
    .option("cwd", {
      ...TEXT,
      default: process.cwd(),
      defaultDescription: "the current folder",
      describe: "Folder of the project's Pulumi.yaml",
    })
    .option("passphrase-file-directory", {
      ...TEXT,
      normalize: true,
      describe: "Folder with a file for each stack, named after it, that contains its passphrase",
    });
}

/**
 * The names of the chosen stacks. Given names aren't checked: reading a stack that doesn't exist fails.
 *
 * @throws Error if none was given and no stack is selected.
 */
export async function chooseStacks(
  project: Project,
  { stack, all }: { readonly stack: readonly string[]; readonly all: boolean },
): Promise<string[]> {
  if (stack.length > 0) return [...new Set(stack)];
  const stacks = await project.stacks();
  const names = stacks.map(({ name }) => name);
  if (all) return names;
  const current = stacks.find((one) => one.current);
  if (current !== undefined) return [current.name];
  const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
  throw new Error(`no stack of project '${project.name}' is selected (${known}): use --stack NAME or --all`);
}
