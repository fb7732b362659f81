import { ROLES } from "@ocis-pocket-id/components";
import { CONNECTION_KEYS } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { dump } from "js-yaml";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readStack } from "../../program";
import { engineError } from "../engine/programs";
import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { printJson } from "../output";
import { openProject, type Project } from "../stacks";
import { companyNameProblem } from "../stacks/files";
import { engineVariables } from "../stacks/project";
import { type Answers, answersTo } from "./answers";
import type { NewOptions } from "./options";
import { companiesIn, type Company, serverOf, stackFolder } from "./companies";
import { createStack } from "./temporary-stack";

/** Where oCIS listens by default. */
const DEFAULT_PORT = 9200;

/** Writes the stack file of a new company, and prints the next step. */
export async function runNew(options: NewOptions): Promise<ExitCode> {
  const { company } = options;
  const problem = companyNameProblem(company);
  if (problem !== undefined) throw new Error(problem);
  const project = await openProject(options);
  const folder = stackFolder(project, options.directory);
  // None in a folder that is missing or empty.
  const others = await companiesIn(project, folder).catch(() => []);
  await refuseExisting(project, company, others);

  // The host's ports by stack file; each can be used only once.
  const portKey = `${project.name}:port`;
  const managedKey = `${project.name}:pocketId`;
  const ports = new Map(
    others
      .filter(({ config }) => config[managedKey] !== "managed")
      .map(({ name, config }) => [Number(config[portKey] ?? DEFAULT_PORT), name]),
  );
  let freePort = DEFAULT_PORT;
  while (ports.has(freePort)) freePort += 1;
  const given = await answersTo(options, freePort);
  const server = serverOf(project.name, fullConfig(project.name, given));
  const neighbours = others.filter((other) => other.server === server);
  const answers =
    neighbours.length === 0
      ? given
      : { ...given, config: { ...settingsNextToOthers(company), ...given.config } };
  checkConfiguration(answers);
  const port = Number(answers.config["port"]);
  const owner = ports.get(port);
  if (owner !== undefined) {
    throw new Error(`${owner} already uses port ${port}: omit --port, or choose another one`);
  }
  const file = await writeStack(project, folder, options, answers);
  if (options.json) printJson({ company, file, config: answers.config });
  else process.stdout.write(resultText(project, company, file, neighbours));
  return EXIT_CODES.fine;
}

async function refuseExisting(project: Project, company: string, others: readonly Company[]): Promise<void> {
  const stacks = await project.stacks();
  const other = others.find(({ name }) => name.toLowerCase() === company.toLowerCase());
  if (other !== undefined) throw new Error(`${other.file} already exists: choose another name`);
  if (stacks.some(({ name }) => name === company)) {
    throw new Error(`the backend already has a stack '${company}': choose another name`);
  }
}

/** The config by full key. */
export const fullConfig = (project: string, { config }: Pick<Answers, "config">): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.includes(":") ? key : `${project}:${key}`, value]),
  );

/**
 * Settings of a company that isn't the first on its Pocket ID: its own names for groups and claim. Another stack owns the apps'
 * clients, which can exist only once.
 */
const settingsNextToOthers = (company: string) => ({
  claimKey: `${company.replace(/[^A-Za-z0-9]/g, "_")}_roles`,
  groupNames: Object.fromEntries(ROLES.map(({ key }) => [key, `${company}-${key}`])),
  nativeClients: "attach",
});

/** Checks a stack's settings as its program does. @throws ProgramError with a line for each problem */
export function checkConfiguration(answers: Answers): void {
  const { apiKey } = answers;
  const config: Record<string, string> = apiKey === undefined ? {} : { [CONNECTION_KEYS.apiKey]: apiKey };
  for (const [key, value] of Object.entries(fullConfig(pulumi.getProject(), answers))) {
    config[key] = typeof value === "string" ? value : JSON.stringify(value);
  }
  pulumi.runtime.setAllConfig(config, [CONNECTION_KEYS.apiKey]);
  readStack();
}

/**
 * Writes the stack file, creates the stack in the backend, and lets the engine encrypt the key into the file. If one of these
 * fails, nothing is left.
 *
 * @param folder the folder of stack files; created if missing
 * @returns the file
 * @throws Error in one line
 */
async function writeStack(
  { name: project, engine, passphraseOf }: Project,
  folder: string,
  { company, "secrets-provider": secretsProvider }: NewOptions,
  answers: Answers,
): Promise<string> {
  const { variables, fix } = await passphraseOf(company);
  await mkdir(folder, { recursive: true });
  const file = join(folder, `Pulumi.${company}.yaml`);
  // Fails if someone else has written it in the meantime.
  await writeFile(file, dump({ config: fullConfig(project, answers) }), { flag: "wx" });
  const environment = { ...engineVariables(engine), ...variables };
  const { apiKey } = answers;
  try {
    const secrets = apiKey === undefined ? [] : [{ key: CONNECTION_KEYS.apiKey, value: apiKey }];
    await createStack({ engine, project, company, folder, environment, secretsProvider, secrets });
    return file;
  } catch (error) {
    await rm(file, { force: true });
    throw engineError(`stack '${company}' can't be created`, error, fix);
  }
}

function resultText(project: Project, company: string, file: string, neighbours: readonly Company[]): string {
  const key = `${project.name}:nativeClients`;
  const owners = neighbours.filter(({ config }) => (config[key] ?? "own") === "own");
  const fixes = owners.map(
    ({ name, file: its }) =>
      `${name} doesn't share the apps' clients: add "${key}: share" to ${its}, and bring it up first\n`,
  );
  const sharing =
    neighbours.length === 0
      ? ""
      : `It shares its Pocket ID with ${neighbours.map(({ name }) => name).join(", ")}, so it has its own groups and claim.\n`;
  return (
    `Written: ${file}\n${sharing}${fixes.join("")}` +
    `Next: ocis-pocket-id fleet preview ${company}, then ocis-pocket-id fleet up ${company}\n`
  );
}
