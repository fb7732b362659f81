import { existsSync } from "node:fs";
import { EXIT_CODES, type ExitCode } from "../../exit-codes";
import { printJson } from "../../output";
import { openProject, type Project } from "../../stacks";
import { companiesIn, type Company, serverOf, stackFolder } from "../companies";
import { companyNameProblem } from "../company-name";
import { type Answers, answersTo } from "./answers";
import { check } from "./check";
import type { NewOptions } from "./command";
import { freePort, portOf, settingsBesideOthers } from "./neighbours";
import { writeStack } from "./write";

/** Writes the stack file of one more company, and says what comes next. */
export async function runNew(options: NewOptions): Promise<ExitCode> {
  const { company } = options;
  const problem = companyNameProblem(company);
  if (problem !== undefined) throw new Error(problem);
  const project = await openProject(options);
  const folder = stackFolder(project, options.directory);
  const others = await othersIn(project, folder);
  refuseIfThere(
    company,
    others,
    (await project.stacks()).map(({ name }) => name),
  );

  const given = await answersTo(options, freePort(project, others));
  const neighbours = onSameServer(project, given, others);
  const answers: Answers =
    neighbours.length === 0
      ? given
      : { ...given, config: { ...settingsBesideOthers(company), ...given.config } };
  check(answers);
  refuseTakenPort(project, answers, others);

  const passphrase = await project.passphrases.of(company);
  const file = await writeStack(
    { project, company, folder, passphrase, secretsProvider: options["secrets-provider"] },
    answers,
  );
  if (options.json) printJson({ company, file, config: answers.config });
  else process.stdout.write(inText(project, company, file, neighbours));
  return EXIT_CODES.fine;
}

async function othersIn(project: Project, folder: string): Promise<Company[]> {
  if (!existsSync(folder)) return [];
  try {
    return await companiesIn(project, folder);
  } catch {
    // An empty folder is a fine place to begin.
    return [];
  }
}

function refuseIfThere(company: string, others: readonly Company[], stacks: readonly string[]): void {
  const other = others.find(({ name }) => name.toLowerCase() === company.toLowerCase());
  if (other !== undefined) throw new Error(`${other.file} is there already: nothing is overwritten`);
  if (stacks.includes(company)) {
    throw new Error(`the backend has a stack '${company}' already: choose another name`);
  }
}

function onSameServer(project: Project, { config }: Answers, others: readonly Company[]): Company[] {
  const full = Object.entries(config).map(([key, value]) => [
    key.includes(":") ? key : `${project.name}:${key}`,
    value,
  ]);
  const server = serverOf(project.name, { config: Object.fromEntries(full) as Record<string, unknown> });
  return server === undefined ? [] : others.filter((other) => other.server === server);
}

function refuseTakenPort(project: Project, { config }: Answers, others: readonly Company[]): void {
  const port = Number(config["port"]);
  const owner = others.find((other) => portOf(project, other) === port);
  if (owner !== undefined) {
    throw new Error(`port ${port} is ${owner.name}'s: leave --port out, or choose another one`);
  }
}

function inText(project: Project, company: string, file: string, neighbours: readonly Company[]): string {
  const key = `${project.name}:nativeClients`;
  const own = neighbours.filter(({ settings }) => {
    const owner: unknown = settings.config?.[key];
    return owner === undefined || owner === "own";
  });
  const shared = own.map(
    ({ name, file: its }) =>
      `${name} owns the apps' clients alone: write ${key}: share into ${its}, and bring it up first\n`,
  );
  const beside =
    neighbours.length === 0
      ? ""
      : `It shares its Pocket ID with ${neighbours.map(({ name }) => name).join(", ")}, so it has groups and a claim of its own.\n`;
  return (
    `Written: ${file}\n${beside}${shared.join("")}` +
    `Next: ocis-pocket-id fleet preview ${company}, then ocis-pocket-id fleet up ${company}\n`
  );
}
