import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Engine, findEngine } from "../../scripts/engine";
import { engineError } from "./engine-error";
import type { StateEntry } from "./snapshot";

/** A stack as its backend lists it. */
export interface StackSummary {
  /** As `--stack` takes it. */
  readonly name: string;
  /** Whether it is the one that `pulumi stack select` chose. */
  readonly current: boolean;
}

/** A folder with a Pulumi.yaml, and its stacks in whatever backend the user is logged in to. */
export interface Project {
  readonly name: string;
  readonly directory: string;
  readonly engine: Engine;
  /** The Automation API's view of the folder, with the user's own login, plugins and passphrase. */
  readonly workspace: LocalWorkspace;
  /** All stacks, by name. @throws Error in one line */
  stacks(): Promise<StackSummary[]>;
  /** The state of one stack with its secrets shown. Read it by `readSnapshot`. @throws Error in one line */
  exportState(stack: string): Promise<{ readonly resources?: readonly StateEntry[] }>;
}

/**
 * Opens the project of a folder, or of the nearest one above it.
 *
 * @param environment more variables for the engine: another passphrase or backend than this process has.
 * @throws Error when there is no Pulumi.yaml, or no engine.
 */
export async function openProject(
  folder: string = process.cwd(),
  environment: Readonly<Record<string, string>> = {},
): Promise<Project> {
  const directory = projectFolder(resolve(folder));
  const engine = await findPatiently();
  // Of what a run of our own needs, PATH only: the login and the plugins are the user's.
  const path = { PATH: engine.environment["PATH"] ?? "", PULUMI_SKIP_UPDATE_CHECK: "true" };
  const workspace = await LocalWorkspace.create({
    workDir: directory,
    pulumiCommand: engine.command,
    envVars: { ...path, ...environment },
  });
  const { name } = await workspace.projectSettings();
  return {
    name,
    directory,
    engine,
    workspace,
    async stacks() {
      const found = await oneLine("the stacks can't be listed", () => workspace.listStacks());
      return found
        .map(({ name: stack, current }) => ({ name: stack, current }))
        .sort((a, b) => a.name.localeCompare(b.name));
    },
    async exportState(stack) {
      const exported = await oneLine(`stack '${stack}' can't be read`, () => workspace.exportStack(stack));
      return exported.deployment as { readonly resources?: readonly StateEntry[] };
    },
  };
}

/** How long the search for an engine may take before it says what it does: finding one is quick, making one is not. */
const SILENT_MS = 2_000;

async function findPatiently(): Promise<Engine> {
  let lines: string[] = [];
  const say = () => {
    for (const line of lines) process.stderr.write(`${line}\n`);
    lines = [];
  };
  const begun = Date.now();
  const timer = setTimeout(say, SILENT_MS);
  try {
    return await findEngine({
      progress: (line) => {
        lines.push(line);
        if (Date.now() - begun > SILENT_MS) say();
      },
    });
  } finally {
    clearTimeout(timer);
  }
}

function projectFolder(folder: string): string {
  const files = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];
  for (let here = folder; ; here = dirname(here)) {
    if (files.some((file) => existsSync(join(here, file)))) return here;
    if (here === dirname(here)) {
      throw new Error(
        `there is no Pulumi.yaml in ${folder} or above it: go to a project, or name one with --cwd`,
      );
    }
  }
}

async function oneLine<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw engineError(what, error);
  }
}
