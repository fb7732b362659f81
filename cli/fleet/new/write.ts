import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Passphrase, Project } from "../../stacks";
import { engineError } from "../../engine/error";
import { engineVariables } from "../../stacks/project";
import { inWorkshop, type StackPlace } from "../new-stack";
import type { Answers } from "./answers";

/** Where a new company's stack goes. */
export interface NewPlace {
  readonly project: Project;
  readonly company: string;
  /** The folder of stack files; made when it is not there. */
  readonly folder: string;
  readonly passphrase: Passphrase;
  readonly secretsProvider: string | undefined;
}

/**
 * Writes the stack file, makes the stack in the backend, and lets the engine encrypt the key into the file. When one of
 * these fails, none is left.
 *
 * @returns the file
 * @throws Error in one line
 */
export async function writeStack(place: NewPlace, answers: Answers): Promise<string> {
  const { company, folder } = place;
  await mkdir(folder, { recursive: true });
  const file = join(folder, `Pulumi.${company}.yaml`);
  // Fails when somebody else has written it meanwhile.
  await writeFile(file, "", { flag: "wx" });
  try {
    await save(place, answers);
    await inWorkshop(stackPlace(place), async (pulumi) => {
      const provider =
        place.secretsProvider === undefined ? [] : ["--secrets-provider", place.secretsProvider];
      await pulumi(["stack", "init", company, "--no-select", ...provider]);
      try {
        await pulumi(["config", "set", "--secret", "pocketid:apiKey", "--stack", company], answers.apiKey);
      } catch (error) {
        await pulumi(["stack", "rm", company, "--yes", "--preserve-config"]);
        throw error;
      }
    });
    return file;
  } catch (error) {
    await rm(file, { force: true });
    throw engineError(`the stack '${company}' can't be made`, error, place.passphrase.mend);
  }
}

async function save({ project, company, folder }: NewPlace, { config }: Answers): Promise<void> {
  const workspace = await LocalWorkspace.create({ workDir: folder, pulumiCommand: project.engine.command });
  const full = Object.entries(config).map(([key, value]) => [
    key.includes(":") ? key : `${project.name}:${key}`,
    value,
  ]);
  await workspace.saveStackSettings(company, { config: Object.fromEntries(full) as Record<string, unknown> });
}

function stackPlace({ project: { name, engine }, company, folder, passphrase }: NewPlace): StackPlace {
  const environment = { ...engineVariables(engine), ...passphrase.variables };
  return { engine, project: name, company, folder, environment };
}
