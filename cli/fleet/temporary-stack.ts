import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Engine } from "../engine";
import { run } from "../engine/programs";
import type { Job } from "./jobs";

/** A value that is encrypted into a stack file. */
export interface StackSecret {
  /** The full key, with a path inside it: `project:extraEnvironment.NAME`. */
  readonly key: string;
  readonly value: string;
}

/** A stack, and where its file is. */
interface StackPlace {
  readonly engine: Engine;
  /** The project's name. */
  readonly project: string;
  readonly company: string;
  /** The folder of the stack file. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly secretsProvider: string | undefined;
  readonly secrets: readonly StackSecret[];
}

/**
 * Creates a stack in the backend, and keeps the settings in its file; the salt of its passphrase is added if it has none. If
 * a secret can't be added, the stack is removed again.
 *
 * `pulumi stack init` has no `--config-file`, and the user's project must not get another folder of stack files. So the engine
 * runs in a temporary project. No stack is selected.
 */
export function createStack(stack: StackPlace): Promise<void> {
  const { engine, project, company, folder, environment, secretsProvider, secrets } = stack;
  return inTemporaryFolder(async (directory) => {
    const pulumi = (args: readonly string[], input = "") =>
      run(engine.command.command, [...args, "--non-interactive"], { directory, environment, input });
    const stackConfigDir = relative(directory, await realpath(folder));
    // JSON is YAML.
    const settings = JSON.stringify({ name: project, runtime: "nodejs", stackConfigDir });
    await writeFile(join(directory, "Pulumi.yaml"), settings);
    const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
    await pulumi(["stack", "init", company, "--no-select", ...provider]);
    try {
      for (const { key, value } of secrets) {
        await pulumi(["config", "set", "--secret", "--path", key, "--stack", company], value);
      }
    } catch (error) {
      await pulumi(["stack", "rm", company, "--yes", "--preserve-config"]);
      throw error;
    }
  });
}

/**
 * Previews a company that was never up. The engine needs a stack in a backend, and creating one would change the user's backend
 * and stack file. So it gets a temporary backend and a copy of the file.
 */
export function onTrial<T>(job: Job, work: (trial: Job) => Promise<T>): Promise<T> {
  return inTemporaryFolder(async (folder) => {
    const stackFile = join(folder, basename(job.stackFile));
    await copyFile(job.stackFile, stackFile);
    const backend = join(folder, "backend");
    await mkdir(backend);
    const variables = {
      ...(await passphraseOf(job)),
      PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    };
    return work({ ...job, stackFile, passphrase: { ...job.passphrase, variables } });
  });
}

/** A file backend needs a passphrase, even if the user's own needs none and nothing is encrypted with one. */
async function passphraseOf({ passphrase: { variables }, stackFile }: Job): Promise<typeof variables> {
  const all = { ...process.env, ...variables };
  const isSet = "PULUMI_CONFIG_PASSPHRASE" in all || "PULUMI_CONFIG_PASSPHRASE_FILE" in all;
  if (isSet || /^\s*encryptionsalt\s*:/m.test(await readFile(stackFile, "utf8"))) return variables;
  return { ...variables, PULUMI_CONFIG_PASSPHRASE: "" };
}

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), "ocis-pocket-id-fleet-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
