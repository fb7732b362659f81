import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Engine } from "./engine";
import { findProgram, isExecutable, run } from "./programs";
import { reasonOf, tick } from "./reason";

export type DockerPluginSearch =
  | {
      readonly available: true;
      /** Missing for a plugin on PATH, which the engine takes whatever its version. */
      readonly version?: string;
      readonly where: string;
    }
  | { readonly available: false; readonly reason: string };

export interface DockerPluginOptions {
  readonly progress?: (line: string) => void;
  /** @default five minutes: sixty megabytes on a slow line */
  readonly milliseconds?: number;
}

const PROGRAM = "pulumi-resource-docker";

/**
 * Finds the plugin that @pulumi/docker needs, or installs it: on PATH, in our own PULUMI_HOME, in the user's (from which
 * it is copied, so that the user's is only read), else by `pulumi plugin install`.
 */
export async function findDockerPlugin(
  engine: Engine,
  options: DockerPluginOptions = {},
): Promise<DockerPluginSearch> {
  const version = await packageVersion();
  const ambient = await findProgram(PROGRAM, engine.environment["PATH"]);
  if (ambient !== undefined) return { available: true, where: ambient };

  const home = engine.environment["PULUMI_HOME"] ?? defaultHome();
  const ours = join(home, "plugins", `resource-docker-v${version}`);
  const theirs = join(process.env["PULUMI_HOME"] ?? defaultHome(), "plugins", `resource-docker-v${version}`);
  try {
    if (!(await isWhole(ours))) {
      if (theirs !== ours && (await isWhole(theirs))) await copyPlugin(theirs, ours);
      else await install(engine, version, home, options);
    }
    if (await isWhole(ours)) return { available: true, version, where: ours };
    return {
      available: false,
      reason: `the Docker plugin ${version} is not in ${ours} after its installation`,
    };
  } catch (error) {
    return {
      available: false,
      reason: `the Docker plugin ${version} cannot be installed: ${reasonOf(error)}`,
    };
  }
}

/** The engine asks for exactly the version of the npm package. */
async function packageVersion(): Promise<string> {
  const text = await readFile(require.resolve("@pulumi/docker/package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function defaultHome(): string {
  return join(homedir(), ".pulumi");
}

/** The engine leaves a `.partial` file beside a plugin that it has not finished. */
async function isWhole(plugin: string): Promise<boolean> {
  if (existsSync(`${plugin}.partial`)) return false;
  return isExecutable(join(plugin, process.platform === "win32" ? `${PROGRAM}.exe` : PROGRAM));
}

async function copyPlugin(from: string, to: string): Promise<void> {
  // The engine ignores a directory with such an ending, so that a copy broken off does no harm.
  const draft = `${to}.tmp${process.pid}`;
  await mkdir(dirname(to), { recursive: true });
  try {
    await cp(from, draft, { recursive: true });
    await rename(draft, to);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function install(
  engine: Engine,
  version: string,
  home: string,
  options: DockerPluginOptions,
): Promise<void> {
  options.progress?.(`Installing the Docker plugin ${version} for Pulumi`);
  const stop = tick((seconds) => options.progress?.(`Installing the Docker plugin: ${seconds} s`));
  const pulumi = (await findProgram("pulumi", engine.directory)) ?? engine.command.command;
  await mkdir(home, { recursive: true });
  try {
    await run(pulumi, ["plugin", "install", "resource", "docker", version, "--non-interactive"], {
      directory: home,
      environment: engine.environment,
      milliseconds: options.milliseconds ?? 5 * 60 * 1000,
    });
  } finally {
    stop();
  }
}
