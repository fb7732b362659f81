import { deploymentHosts } from "@ocis-pocket-id/components";
import { LocalWorkspace, type StackSettings } from "@pulumi/pulumi/automation";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { reasonOf } from "../engine/reason";
import type { Project } from "../stacks";
import { companyNameProblem } from "./company-name";
import { FLEET_FOLDER } from "../stacks/project-folder";
import { stackFilesIn } from "./stack-files";

/** A company of a fleet: a stack file, `Pulumi.<company>.yaml`. */
export interface Company {
  readonly name: string;
  readonly file: string;
  /**
   * Origin of its Pocket ID, by which companies are told apart that share one. The company's name when the file does not
   * say it in clear.
   */
  readonly server: string;
  readonly settings: StackSettings;
  /** Why the file can't be used, in one line. */
  readonly problem?: string;
}

/** The folder of stack files: the one that was named, or `stacks` in the project's folder. */
export function stackFolder(project: Project, directory: string | undefined): string {
  return directory === undefined ? join(project.directory, FLEET_FOLDER) : resolve(directory);
}

/**
 * All companies of a folder by name, or those of `only`.
 *
 * @throws Error in one line when there is no such folder, none is in it, or one of `only` is not.
 */
export async function companiesIn(
  project: Project,
  folder: string,
  only: readonly string[] = [],
): Promise<Company[]> {
  const mend = "write one with `ocis-pocket-id fleet new COMPANY`, or name another folder with --directory";
  if (!existsSync(folder)) throw new Error(`there is no folder of stack files at ${folder}: ${mend}`);
  const files = await stackFilesIn(folder);
  if (files.size === 0) throw new Error(`there is no stack file Pulumi.<company>.yaml in ${folder}: ${mend}`);
  const unknown = only.filter((name) => !files.has(name));
  if (unknown.length > 0) {
    throw new Error(
      `no stack file of ${unknown.join(", ")} in ${folder}: it has ${[...files.keys()].join(", ")}`,
    );
  }
  const chosen = [...files].filter(([name]) => only.length === 0 || only.includes(name));
  return Promise.all(chosen.map(([name, file]) => company(project, folder, name, file)));
}

async function company(project: Project, folder: string, name: string, file: string): Promise<Company> {
  const wrongName = companyNameProblem(name);
  if (wrongName !== undefined) {
    return { name, file, settings: {}, server: name, problem: `${wrongName}, and rename ${file}` };
  }
  try {
    const settings = await readStackFile(project, folder, name);
    return { name, file, settings, server: serverOf(project.name, settings) ?? name };
  } catch (error) {
    return { name, file, settings: {}, server: name, problem: `${file} can't be read: ${reasonOf(error)}` };
  }
}

async function readStackFile(project: Project, folder: string, name: string): Promise<StackSettings> {
  const workspace = await LocalWorkspace.create({ workDir: folder, pulumiCommand: project.engine.command });
  // An empty file is read as null.
  const settings = (await workspace.stackSettings(name)) as StackSettings | null;
  return settings ?? {};
}

/** The origin of a stack's Pocket ID, as far as its file says it. */
export function serverOf(project: string, { config = {} }: StackSettings): string | undefined {
  const text = (key: string): string | undefined => {
    const value: unknown = config[key];
    return typeof value === "string" ? value : undefined;
  };
  const ours = (key: string) => text(`${project}:${key}`);
  try {
    const hosts = () =>
      deploymentHosts({
        domain: ours("domain"),
        ocisHost: ours("ocisHost"),
        pocketIdHost: ours("pocketIdHost"),
        issuer: ours("issuer"),
      });
    return new URL(text("pocketid:url") ?? hosts().pocketIdUrl).origin;
  } catch {
    // What is wrong with it, the program says better.
    return undefined;
  }
}

/** Where oCIS listens when a stack does not say. */
export const DEFAULT_PORT = 9200;
