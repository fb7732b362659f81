import { deploymentHosts } from "@ocis-pocket-id/components";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { reasonOf } from "../engine/programs";
import type { Project } from "../stacks";
import { companyNameProblem, FLEET_FOLDER, stackFilesIn } from "../stacks/files";
import { readStackFile, type StackConfig } from "../stacks/project";

/** A company of a fleet: a stack file, `Pulumi.<company>.yaml`. */
export interface Company {
  readonly name: string;
  readonly file: string;
  /** Origin of its Pocket ID, which companies can share; the company's name if the file doesn't have it in clear. */
  readonly server: string;
  readonly config: StackConfig;
  /** Why the file can't be used, in one line; undefined if it can. */
  readonly problem?: string;
}

/** The folder of stack files: the given one, or `stacks` in the project's folder. */
export function stackFolder(project: Project, directory: string | undefined): string {
  return directory === undefined ? join(project.directory, FLEET_FOLDER) : resolve(directory);
}

/**
 * All companies of a folder by name, or those of `only`.
 *
 * @throws Error in one line if the folder doesn't exist, has no company, or lacks one of `only`.
 */
export async function companiesIn(
  project: Project,
  folder: string,
  only: readonly string[] = [],
): Promise<Company[]> {
  const fix = "write one with `ocis-pocket-id fleet new COMPANY`, or use another folder with --directory";
  if (!existsSync(folder)) throw new Error(`the folder of stack files ${folder} doesn't exist: ${fix}`);
  const files = await stackFilesIn(folder);
  if (files.size === 0) throw new Error(`${folder} has no stack file Pulumi.<company>.yaml: ${fix}`);
  const unknown = only.filter((name) => !files.has(name));
  if (unknown.length > 0) {
    throw new Error(
      `${folder} has no stack file for ${unknown.join(", ")}, only for ${[...files.keys()].join(", ")}`,
    );
  }
  const chosen = [...files].filter(([name]) => only.length === 0 || only.includes(name));
  return Promise.all(chosen.map(([name, file]) => company(project, name, file)));
}

async function company(project: Project, name: string, file: string): Promise<Company> {
  const failed = (problem: string) => ({ name, file, config: {}, server: name, problem });
  const wrongName = companyNameProblem(name);
  if (wrongName !== undefined) return failed(`${wrongName}, and rename ${file}`);
  try {
    const { config } = await readStackFile(file);
    return { name, file, config, server: serverOf(project.name, config) ?? name };
  } catch (error) {
    return failed(reasonOf(error));
  }
}

/** The origin of a stack's Pocket ID; undefined if its file doesn't have it in clear. */
export function serverOf(project: string, config: StackConfig): string | undefined {
  const text = (key: string): string | undefined => {
    const value = config[key];
    return typeof value === "string" ? value : undefined;
  };
  try {
    const url = text("pocketid:url");
    if (url !== undefined) return new URL(url).origin;
    const [domain, ocisHost, pocketIdHost, issuer] = ["domain", "ocisHost", "pocketIdHost", "issuer"].map(
      (key) => text(`${project}:${key}`),
    );
    return new URL(deploymentHosts({ domain, ocisHost, pocketIdHost, issuer }).pocketIdUrl).origin;
  } catch {
    // The program reports what is wrong.
    return undefined;
  }
}
