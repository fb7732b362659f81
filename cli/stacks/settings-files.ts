import { load } from "js-yaml";
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { reasonOf } from "../engine/programs";
import { projectFileIn } from "./files";

const PROJECT = z.object({ name: z.string(), main: z.string().optional() });

/** What we need of a project's Pulumi.yaml. */
export type ProjectSettings = z.output<typeof PROJECT>;

const STACK = z.object({
  config: z.record(z.string(), z.unknown()).nullish(),
  secretsprovider: z.string().optional(),
});

/** What we need of a stack file. */
export interface StackSettings {
  readonly config: Readonly<Record<string, unknown>>;
  readonly secretsProvider?: string | undefined;
}

/** @throws Error in one line if the folder has no valid Pulumi.yaml */
export async function readProjectFile(folder: string): Promise<ProjectSettings> {
  return read(projectFileIn(folder) ?? `${folder}/Pulumi.yaml`, PROJECT);
}

/** Reads a stack file; an empty one has no settings. @throws Error in one line if it isn't valid */
export async function readStackFile(file: string): Promise<StackSettings> {
  const { config, secretsprovider: secretsProvider } = await read(file, STACK);
  return { config: config ?? {}, secretsProvider };
}

async function read<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(load(await readFile(file, "utf8")) ?? {});
  } catch (error) {
    const reason =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")
        : reasonOf(error);
    throw new Error(`${file} can't be read: ${reason}`, { cause: error });
  }
}
