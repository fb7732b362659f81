import { ROLES } from "@ocis-pocket-id/components";
import { EXIT_CODES, type ExitCode } from "../../exit-codes";
import { printJson } from "../../output";
import { openProject, type Project } from "../../stacks";
import { companiesIn, type Company, DEFAULT_PORT, serverOf, stackFolder } from "../companies";
import { companyNameProblem } from "../../stacks/files";
import { type Answers, answersTo, fullConfig } from "./answers";
import { check } from "./check";
import type { NewOptions } from "./options";
import { writeStack } from "./write";

/** Writes the stack file of a new company, and prints the next step. */
export async function runNew(options: NewOptions): Promise<ExitCode> {
  const { company } = options;
  const problem = companyNameProblem(company);
  if (problem !== undefined) throw new Error(problem);
  const project = await openProject(options);
  const folder = stackFolder(project, options.directory);
  const others = await othersIn(project, folder);
  refuseExisting(
    company,
    others,
    (await project.stacks()).map(({ name }) => name),
  );

  const given = await answersTo(options, freePort(project, others));
  const neighbours = onSameServer(project, given, others);
  const answers: Answers =
    neighbours.length === 0
      ? given
      : { ...given, config: { ...settingsNextToOthers(company), ...given.config } };
  check(answers);
  refuseTakenPort(project, answers, others);
  const file = await writeStack(
    { project, company, folder, secretsProvider: options["secrets-provider"] },
    answers,
  );
  if (options.json) printJson({ company, file, config: answers.config });
  else process.stdout.write(resultText(project, company, file, neighbours));
  return EXIT_CODES.fine;
}

/** None in a folder that is missing or empty. */
const othersIn = (project: Project, folder: string): Promise<Company[]> =>
  companiesIn(project, folder).catch(() => []);

function refuseExisting(company: string, others: readonly Company[], stacks: readonly string[]): void {
  const other = others.find(({ name }) => name.toLowerCase() === company.toLowerCase());
  if (other !== undefined) throw new Error(`${other.file} already exists: choose another name`);
  if (stacks.includes(company)) {
    throw new Error(`the backend already has a stack '${company}': choose another name`);
  }
}

function onSameServer(project: Project, answers: Answers, others: readonly Company[]): Company[] {
  const server = serverOf(project.name, { config: fullConfig(project.name, answers) });
  return server === undefined ? [] : others.filter((other) => other.server === server);
}

/** The host's port in a stack file; each can be used only once. */
const portOf = (project: Project, { settings }: Company) =>
  Number(settings.config[`${project.name}:port`] ?? DEFAULT_PORT);

/** The first port from 9200 that no stack file uses. */
function freePort(project: Project, companies: readonly Company[]): number {
  const taken = new Set(companies.map((company) => portOf(project, company)));
  let port = DEFAULT_PORT;
  while (taken.has(port)) port += 1;
  return port;
}

/**
 * Settings of a company that isn't the first on its Pocket ID: its own names for groups and claim. Another stack owns the apps'
 * clients, which can exist only once.
 */
const settingsNextToOthers = (company: string) => ({
  claimKey: `${company.replace(/[^A-Za-z0-9]/g, "_")}_roles`,
  groupNames: Object.fromEntries(ROLES.map(({ key }) => [key, `${company}-${key}`])),
  nativeClients: "attach",
});

function refuseTakenPort(project: Project, { config }: Answers, others: readonly Company[]): void {
  const port = Number(config["port"]);
  const owner = others.find((other) => portOf(project, other) === port);
  if (owner !== undefined) {
    throw new Error(`${owner.name} already uses port ${port}: omit --port, or choose another one`);
  }
}

function resultText(project: Project, company: string, file: string, neighbours: readonly Company[]): string {
  const key = `${project.name}:nativeClients`;
  const owners = neighbours.filter(({ settings }) => {
    const owner = settings.config[key];
    return owner === undefined || owner === "own";
  });
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
