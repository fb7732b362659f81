import { spawn } from "node:child_process";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Engine } from "../engine";

/** Which stack, and where its file is. */
export interface StackPlace {
  readonly engine: Engine;
  /** The project's name. */
  readonly project: string;
  readonly company: string;
  /** The folder of the stack file. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs `pulumi` with arguments; a secret goes in by `input`, as everybody on the machine can read arguments. */
export type Pulumi = (args: readonly string[], input?: string) => Promise<void>;

/**
 * Lets the engine work on a stack whose file is not beside Pulumi.yaml, in a folder of its own: `pulumi stack init` takes no
 * `--config-file`, and the user's project must not be told another folder of stack files. Nothing is selected.
 */
export async function inWorkshop(
  { engine, project, folder, environment }: StackPlace,
  work: (pulumi: Pulumi) => Promise<void>,
): Promise<void> {
  const workshop = await mkdtemp(join(await realpath(tmpdir()), "ocis-pocket-id-fleet-"));
  try {
    const stackConfigDir = relative(workshop, await realpath(folder));
    const settings = { name: project, runtime: "nodejs", stackConfigDir };
    // JSON is YAML.
    await writeFile(join(workshop, "Pulumi.yaml"), JSON.stringify(settings));
    await work((args, input = "") =>
      run(engine.command.command, [...args, "--non-interactive"], workshop, environment, input),
    );
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: StackPlace["environment"],
  input: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...environment } });
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    child.once("error", reject).once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(stderr.trim() || `pulumi ${args[0] ?? ""} ended with ${code ?? "a signal"}`));
    });
    // Who ends without reading is heard of by its code.
    child.stdin.once("error", () => undefined);
    child.stdin.end(input);
  });
}

/** Makes a stack in the backend. What its file says stays; the salt of its passphrase is added when it has none. */
export async function initialise(place: StackPlace, secretsProvider?: string): Promise<void> {
  await inWorkshop(place, async (pulumi) => {
    const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
    await pulumi(["stack", "init", place.company, "--no-select", ...provider]);
  });
}
