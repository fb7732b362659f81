import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The folder in the project's folder where `fleet` looks for stack files by default. */
export const FLEET_FOLDER = "stacks";

/** The nearest folder with a Pulumi.yaml, from this one upwards. @throws Error in one line if there is none */
export function projectFolder(folder: string): string {
  for (let here = folder; ; here = dirname(here)) {
    if (projectFileIn(here) !== undefined) return here;
    if (here === dirname(here)) {
      throw new Error(`no Pulumi.yaml in ${folder} or above it: change to a project's folder, or use --cwd`);
    }
  }
}

export const projectFileIn = (folder: string): string | undefined =>
  ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]
    .map((name) => join(folder, name))
    .find((file) => existsSync(file));

const STACK_FILE = /^Pulumi\.(.+)\.ya?ml$/s;

/** The stack files of a folder by stack name, in order. Names may be invalid, see `companyNameProblem`. */
export async function stackFilesIn(folder: string): Promise<Map<string, string>> {
  const found = (await readdir(folder)).sort().flatMap((file): [string, string][] => {
    const [, name] = STACK_FILE.exec(file) ?? [];
    return name === undefined ? [] : [[name, join(folder, file)]];
  });
  return new Map(found);
}

/**
 * Why the engine or a file system can't use a stack's name; undefined for a valid one. The first character must not make an
 * option or a hidden file of it.
 */
export function companyNameProblem(name: string): string | undefined {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$/.test(name)) return undefined;
  return `'${name}' can't be a company's name: use at most 80 letters, digits, '-', '_' and '.', and no '-' or '.' first`;
}

/** A stack's name without organisation and project. */
export const shortNameOf = (stack: string): string => stack.slice(stack.lastIndexOf("/") + 1);
