import type { Argv } from "yargs";
import type { Project } from "./project";

/** Which stacks a verb works on, as its command line says. */
export interface StackChoice {
  /** Names; empty for the current stack. */
  readonly stack: readonly string[];
  readonly all: boolean;
  /** The project's folder, or one below it. */
  readonly cwd: string;
}

/** Adds `--stack`, `--all` and `--cwd` to a verb that works on several stacks. */
export function withStackOptions<T>(parser: Argv<T>) {
  return withProjectOption(parser)
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

/** Adds `--cwd`. */
export function withProjectOption<T>(parser: Argv<T>) {
  return parser.option("cwd", {
    type: "string",
    requiresArg: true,
    default: process.cwd(),
    defaultDescription: "the current folder",
    describe: "Folder of the project's Pulumi.yaml",
  });
}

/**
 * The names of the chosen stacks, as the backend lists them.
 *
 * @throws Error when a stack is not there, or nothing was chosen and no stack is the current one.
 */
export async function chooseStacks(project: Project, { stack, all }: StackChoice): Promise<string[]> {
  const stacks = await project.stacks();
  const names = stacks.map(({ name }) => name);
  const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
  if (all) return names;
  if (stack.length === 0) {
    const current = stacks.find((one) => one.current);
    if (current !== undefined) return [current.name];
    throw new Error(
      `no stack of project '${project.name}' is selected (${known}): say --stack NAME or --all`,
    );
  }
  return [...new Set(stack)].map((wanted) => {
    // `org/project/name` and `name` are the same stack, as they are for the engine.
    const found = names.find((name) => name === wanted || name.endsWith(`/${wanted}`));
    if (found !== undefined) return found;
    throw new Error(`project '${project.name}' has no stack '${wanted}' (${known})`);
  });
}
