import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { load } from "js-yaml";
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import * as z from "zod";
import type { Engine } from "../engine";
import { findPresentEngine } from "../engine/find-engine";
import { engineError, reasonOf, run } from "../engine/programs";
import { FLEET_FOLDER, projectFileIn, projectFolder, shortNameOf } from "./files";
import { openPassphrases, type Passphrase } from "./passphrases";

/** A stack as its backend lists it. */
interface StackSummary {
  /** As `--stack` takes it. */
  readonly name: string;
  /** Whether `pulumi stack select` selected it. */
  readonly current: boolean;
}

/** The options of all verbs that work on a project. */
interface ProjectChoice {
  /** The project's folder, or one below it. */
  readonly cwd: string;
  /** Folder with a file for each stack that contains its passphrase. */
  readonly "passphrase-file-directory"?: string | undefined;
}

/** A folder with a Pulumi.yaml, and its stacks in the backend that the user is logged in to. */
export interface Project {
  readonly name: string;
  readonly directory: string;
  /** The program's folder, in which the engine starts our handlers. */
  readonly programDirectory: string;
  readonly engine: Engine;
  readonly passphraseOf: (stack: string) => Promise<Passphrase>;
  /** All stacks, by name. @throws Error in one line */
  stacks(): Promise<readonly StackSummary[]>;
  /** The state of one stack with its secrets shown; `readSnapshot` reads it. @throws Error in one line */
  exportState(stack: string): Promise<readonly StateEntry[]>;
  /**
   * Runs `pulumi` with these words and `--stack`, and returns what it prints.
   *
   * @param what what failed, as the beginning of an error
   * @throws Error in one line
   */
  runOn(stack: string, what: string, args: readonly string[]): Promise<string>;
}

/** A resource as `pulumi stack export --show-secrets` writes it. */
export interface StateEntry {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** URN and ID of the provider. */
  readonly provider?: string;
  readonly delete?: boolean;
}

/**
 * Opens the project of a folder, or the nearest one above it, and removes the stacks' own passphrases from the environment.
 *
 * @throws Error if Pulumi.yaml, the engine or the passphrase folder is missing.
 */
export async function openProject(choice: ProjectChoice): Promise<Project> {
  const directory = projectFolder(resolve(choice.cwd));
  const passphraseOf = openPassphrases(choice["passphrase-file-directory"]);
  const engine = await findPresentEngine();
  const { name, main = "." } = await readProjectFile(directory);
  const answerTo = async (
    what: string,
    args: readonly string[],
    passphrase?: Passphrase,
  ): Promise<unknown> => {
    const environment = { ...engineVariables(engine), ...passphrase?.variables };
    try {
      const options = { directory, environment };
      return JSON.parse(await run(engine.command.command, [...args, "--non-interactive"], options));
    } catch (error) {
      throw engineError(what, error, passphrase?.fix);
    }
  };
  return {
    name,
    directory,
    programDirectory: programFolder(directory, main),
    engine,
    passphraseOf,
    async stacks() {
      const stacks = await answerTo("the stacks can't be listed", ["stack", "ls", "--json"]);
      return (stacks as StackSummary[]).sort((a, b) => a.name.localeCompare(b.name));
    },
    async runOn(stack, what, args) {
      const passphrase = await passphraseOf(stack);
      const environment = { ...engineVariables(engine), ...passphrase.variables };
      try {
        const words = [...args, "--non-interactive", "--stack", stack];
        return await run(engine.command.command, words, { directory, environment });
      } catch (error) {
        throw engineError(what, error, passphrase.fix);
      }
    },
    async exportState(stack) {
      const args = ["stack", "export", "--show-secrets", "--stack", stack];
      const state = await answerTo(`stack '${stack}' can't be read`, args, await passphraseOf(stack));
      return (state as { deployment?: { resources?: readonly StateEntry[] } }).deployment?.resources ?? [];
    },
  };
}

/** Only PATH of what our own runs need: the login and the plugins are the user's. */
export const engineVariables = ({ environment }: Engine) => ({
  PATH: environment["PATH"] ?? "",
  PULUMI_SKIP_UPDATE_CHECK: "true",
});

/** As for the engine, `main` can name a file. */
function programFolder(directory: string, main: string): string {
  const program = resolve(directory, main);
  const found = statSync(program, { throwIfNoEntry: false });
  if (found === undefined) return directory;
  return found.isDirectory() ? program : dirname(program);
}

/** What we need of a project's Pulumi.yaml. */
const PROJECT = z.object({ name: z.string(), main: z.string().optional() });

/** @throws Error in one line if the folder has no valid Pulumi.yaml */
export const readProjectFile = (folder: string) =>
  read(projectFileIn(folder) ?? join(folder, "Pulumi.yaml"), PROJECT);

/** What we need of a stack file. An empty one has no settings. */
const STACK = z.object({
  config: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((config) => config ?? {}),
  secretsprovider: z.string().optional(),
});

/** The settings in a stack file, by full key. */
export type StackConfig = Readonly<z.output<typeof STACK>["config"]>;

/** @throws Error in one line if the file isn't valid */
export const readStackFile = (file: string) => read(file, STACK);

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

/**
 * The options with which `pulumi` works on a stack: `--stack company`, and `--config-file` unless its file is next to
 * Pulumi.yaml.
 *
 * @param file the stack's file. @default the one next to Pulumi.yaml, or else the fleet's
 */
export function stackOptions(directory: string, stack: string, file = fileOf(directory, stack)): string {
  if (file === undefined || dirname(file) === directory) return `--stack ${shellWord(stack)}`;
  return `--stack ${shellWord(stack)} --config-file ${shellWord(relative(directory, file))}`;
}

/** A stack's file: next to Pulumi.yaml, or else the fleet's. */
export function fileOf(directory: string, stack: string): string | undefined {
  const name = shortNameOf(stack);
  const files = [directory, join(directory, FLEET_FOLDER)].flatMap((folder) =>
    ["yaml", "yml"].map((ending) => join(folder, `Pulumi.${name}.${ending}`)),
  );
  return files.find((file) => existsSync(file));
}

/** A text with these options added to every `pulumi` command in backticks. */
export const onStack = (advice: string, options: string): string =>
  advice.replace(
    /`(pulumi (?:(?! -- )[^`])*)( -- [^`]*)?`/g,
    (_whole, command: string, rest: string | undefined) => `\`${command} ${options}${rest ?? ""}\``,
  );
