import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Engine, findPresentEngine } from "../engine";
import { engineError } from "../engine/error";
import { openPassphrases, type Passphrase, type Passphrases } from "./passphrases";
import { projectFolder } from "./project-folder";
import type { StateEntry } from "./snapshot";

/** A stack as its backend lists it. */
export interface StackSummary {
  /** As `--stack` takes it. */
  readonly name: string;
  /** Whether it is the one that `pulumi stack select` chose. */
  readonly current: boolean;
}

/** Which project a verb works on, and what opens its stacks, as its command line says. */
export interface ProjectChoice {
  /** The project's folder, or one below it. */
  readonly cwd: string;
  /** Folder with a file for each stack, which holds its passphrase. */
  readonly "passphrase-file-directory"?: string | undefined;
}

/** A folder with a Pulumi.yaml, and its stacks in whatever backend the user is logged in to. */
export interface Project {
  readonly name: string;
  readonly directory: string;
  /** The program's folder, in which the engine starts our handlers. */
  readonly programDirectory: string;
  readonly engine: Engine;
  readonly passphrases: Passphrases;
  /** All stacks, by name. @throws Error in one line */
  stacks(): Promise<StackSummary[]>;
  /** The state of one stack with its secrets shown. Read it by `readSnapshot`. @throws Error in one line */
  exportState(stack: string): Promise<{ readonly resources?: readonly StateEntry[] }>;
}

/**
 * Opens the project of a folder, or of the nearest one above it. Stacks' own passphrases are gone from the environment then.
 *
 * @throws Error when there is no Pulumi.yaml, no engine, or no folder of passphrases where one was named.
 */
export async function openProject({
  cwd,
  "passphrase-file-directory": passphraseDirectory,
}: ProjectChoice): Promise<Project> {
  const directory = projectFolder(resolve(cwd));
  const passphrases = openPassphrases(passphraseDirectory);
  const engine = await findPresentEngine();
  const workspaceWith = (variables: Passphrase["variables"]) =>
    LocalWorkspace.create({
      workDir: directory,
      pulumiCommand: engine.command,
      envVars: { ...engineVariables(engine), ...variables },
    });
  const workspace = await workspaceWith({});
  const { name, main = "." } = await workspace.projectSettings();
  return {
    name,
    directory,
    programDirectory: programFolder(directory, main),
    engine,
    passphrases,
    async stacks() {
      const found = await workspace.listStacks().catch((error: unknown) => {
        throw engineError("the stacks can't be listed", error);
      });
      return found
        .map(({ name: stack, current }) => ({ name: stack, current }))
        .sort((a, b) => a.name.localeCompare(b.name));
    },
    async exportState(stack) {
      const { variables, mend } = await passphrases.of(stack);
      try {
        const exported = await (await workspaceWith(variables)).exportStack(stack);
        return exported.deployment as { readonly resources?: readonly StateEntry[] };
      } catch (error) {
        throw engineError(`stack '${stack}' can't be read`, error, mend);
      }
    },
  };
}

/** Of what a run of our own needs, PATH only: the login and the plugins are the user's. */
export const engineVariables = ({ environment }: Engine) => ({
  PATH: environment["PATH"] ?? "",
  PULUMI_SKIP_UPDATE_CHECK: "true",
});

/** `main` may name a file, as the engine has it. */
function programFolder(directory: string, main: string): string {
  const program = resolve(directory, main);
  const found = statSync(program, { throwIfNoEntry: false });
  if (found === undefined) return directory;
  return found.isDirectory() ? program : dirname(program);
}
