import { dump } from "js-yaml";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { engineError } from "../../engine/error";
import type { Project } from "../../stacks";
import { engineVariables } from "../../stacks/project";
import { createStack } from "../new-stack";
import { type Answers, fullConfig } from "./answers";

/** Where a new company's stack goes. */
export interface NewPlace {
  readonly project: Project;
  readonly company: string;
  /** The folder of stack files; created if missing. */
  readonly folder: string;
  readonly secretsProvider: string | undefined;
}

/**
 * Writes the stack file, creates the stack in the backend, and lets the engine encrypt the key into the file. If one of these
 * fails, nothing is left.
 *
 * @returns the file
 * @throws Error in one line
 */
export async function writeStack(place: NewPlace, answers: Answers): Promise<string> {
  const { project, company, folder, secretsProvider } = place;
  const { name, engine } = project;
  const { variables, fix } = await project.passphrases.of(company);
  await mkdir(folder, { recursive: true });
  const file = join(folder, `Pulumi.${company}.yaml`);
  // Fails if someone else has written it in the meantime.
  await writeFile(file, dump({ config: fullConfig(name, answers) }), { flag: "wx" });
  const environment = { ...engineVariables(engine), ...variables };
  try {
    await createStack({ engine, project: name, company, folder, environment, secretsProvider }, (pulumi) =>
      pulumi(["config", "set", "--secret", "pocketid:apiKey", "--stack", company], answers.apiKey),
    );
    return file;
  } catch (error) {
    await rm(file, { force: true });
    throw engineError(`stack '${company}' can't be created`, error, fix);
  }
}
