import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Engine } from "../engine";
import { run } from "../engine/programs";

/** A stack, and where its file is. */
export interface StackPlace {
  readonly engine: Engine;
  /** The project's name. */
  readonly project: string;
  readonly company: string;
  /** The folder of the stack file. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly secretsProvider?: string | undefined;
}

/** Runs `pulumi` with arguments, and with a secret as input. */
export type Pulumi = (args: readonly string[], input?: string) => Promise<unknown>;

/**
 * Creates a stack in the backend, and keeps the settings in its file; the salt of its passphrase is added if it has none. Then
 * runs `work`, and removes the stack if that fails.
 *
 * `pulumi stack init` has no `--config-file`, and the user's project must not get another folder of stack files. So the engine
 * runs in a temporary project. No stack is selected.
 */
export async function createStack(
  { engine, project, company, folder, environment, secretsProvider }: StackPlace,
  work?: (pulumi: Pulumi) => Promise<unknown>,
): Promise<void> {
  const directory = await mkdtemp(join(await realpath(tmpdir()), "ocis-pocket-id-fleet-"));
  const pulumi: Pulumi = (args, input = "") =>
    run(engine.command.command, [...args, "--non-interactive"], { directory, environment, input });
  try {
    const stackConfigDir = relative(directory, await realpath(folder));
    // JSON is YAML.
    const settings = JSON.stringify({ name: project, runtime: "nodejs", stackConfigDir });
    await writeFile(join(directory, "Pulumi.yaml"), settings);
    const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
    await pulumi(["stack", "init", company, "--no-select", ...provider]);
    try {
      await work?.(pulumi);
    } catch (error) {
      await pulumi(["stack", "rm", company, "--yes", "--preserve-config"]);
      throw error;
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
