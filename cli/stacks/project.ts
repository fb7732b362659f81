import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Engine } from "../engine";
import { engineError } from "../engine/error";
import { findPresentEngine } from "../engine/find-engine";
import { run } from "../engine/programs";
import { openPassphrases, type Passphrases } from "./passphrases";
import { projectFolder } from "./files";
import { readProjectFile } from "./settings-files";

/** A stack as its backend lists it. */
export interface StackSummary {
  /** As `--stack` takes it. */
  readonly name: string;
  /** Whether `pulumi stack select` selected it. */
  readonly current: boolean;
}

/** The options of all verbs that work on a project. */
export interface ProjectChoice {
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
  readonly passphrases: Passphrases;
  /** All stacks, by name. @throws Error in one line */
  stacks(): Promise<StackSummary[]>;
  /** The state of one stack with its secrets shown; `readSnapshot` reads it. @throws Error in one line */
  exportState(stack: string): Promise<State>;
}

/** A resource as `pulumi stack export` writes it. */
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

interface State {
  readonly resources?: readonly StateEntry[];
}

/**
 * Opens the project of a folder, or the nearest one above it, and removes the stacks' own passphrases from the environment.
 *
 * @throws Error if Pulumi.yaml, the engine or the passphrase folder is missing.
 */
export async function openProject({
  cwd,
  "passphrase-file-directory": passphraseDirectory,
}: ProjectChoice): Promise<Project> {
  const directory = projectFolder(resolve(cwd));
  const passphrases = openPassphrases(passphraseDirectory);
  const engine = await findPresentEngine();
  const { name, main = "." } = await readProjectFile(directory);
  const answerTo = async (args: readonly string[], variables: Readonly<Record<string, string>> = {}) => {
    const environment = { ...engineVariables(engine), ...variables };
    const output = await run(engine.command.command, [...args, "--non-interactive"], {
      directory,
      environment,
    });
    return JSON.parse(output) as unknown;
  };
  return {
    name,
    directory,
    programDirectory: programFolder(directory, main),
    engine,
    passphrases,
    async stacks() {
      try {
        const found = (await answerTo(["stack", "ls", "--json"])) as readonly StackSummary[];
        return found
          .map(({ name: stack, current }) => ({ name: stack, current }))
          .sort((a, b) => a.name.localeCompare(b.name));
      } catch (error) {
        throw engineError("the stacks can't be listed", error);
      }
    },
    async exportState(stack) {
      const { variables, fix } = await passphrases.of(stack);
      try {
        const args = ["stack", "export", "--show-secrets", "--stack", stack];
        const { deployment } = (await answerTo(args, variables)) as { readonly deployment?: State };
        return deployment ?? {};
      } catch (error) {
        throw engineError(`stack '${stack}' can't be read`, error, fix);
      }
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
