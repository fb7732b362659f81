import { readdir } from "node:fs/promises";
import { join } from "node:path";

const STACK_FILE = /^Pulumi\.(.+)\.ya?ml$/s;

/** The stack files of a folder by their companies' names, in order; the names may be wrong, see `companyNameProblem`. */
export async function stackFilesIn(folder: string): Promise<Map<string, string>> {
  const found = (await readdir(folder)).sort().flatMap((file): [string, string][] => {
    const [, name] = STACK_FILE.exec(file) ?? [];
    return name === undefined ? [] : [[name, join(folder, file)]];
  });
  return new Map(found);
}
