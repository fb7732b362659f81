import { Docker, dockerHost } from "@ocis-pocket-id/components/docker-host";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Engine } from "./engine";
import { bounded, findProgram, isExecutable, reasonOf, reporting, run } from "./programs";

/** What was looked for, or why it isn't available. */
type Found<T> = ({ readonly available: true } & T) | { readonly available: false; readonly reason: string };

const missing = (reason: string) => ({ available: false as const, reason });

/** Long enough for Docker Desktop to wake up, short enough for a demo that has another target. */
const ANSWER_LIMIT = 3_000;

/**
 * Looks for a Docker engine that answers, at DOCKER_HOST or else on this system's default socket.
 *
 * @returns `host` as in DOCKER_HOST. A run must set it: by default the Docker plugin uses /var/run/docker.sock only.
 */
export async function findDocker(): Promise<Found<{ readonly host: string; readonly version: string }>> {
  const host = address();
  try {
    const version = await bounded(new Docker(dockerHost({ host })).version(), ANSWER_LIMIT, "an answer");
    return { available: true, host, version };
  } catch (error) {
    const reason = reasonOf(error);
    // Errors of a request contain the address; that of the time limit doesn't.
    return missing(reason.includes(host) ? reason : `Docker at ${host} doesn't answer: ${reason}`);
  }
}

function address(): string {
  const chosen = process.env["DOCKER_HOST"];
  if (chosen !== undefined && chosen !== "") return chosen;
  if (process.platform === "win32") return "npipe:////./pipe/docker_engine";
  // Docker Desktop's own socket; it creates /var/run/docker.sock only if configured to.
  const desktop = join(homedir(), ".docker", "run", "docker.sock");
  return `unix://${existsSync(desktop) ? desktop : "/var/run/docker.sock"}`;
}

export interface DockerPluginOptions {
  readonly progress?: (line: string) => void;
  /** @default five minutes: sixty megabytes on a slow connection */
  readonly milliseconds?: number;
}

const PROGRAM = "pulumi-resource-docker";

/**
 * Finds the plugin that @pulumi/docker needs: on PATH, in our own PULUMI_HOME, or in the user's, from which it is copied.
 * Otherwise installs it with `pulumi plugin install`.
 *
 * @returns no `version` for a plugin on PATH, which the engine uses whatever its version
 */
export async function findDockerPlugin(
  engine: Engine,
  options: DockerPluginOptions = {},
): Promise<Found<{ readonly version?: string; readonly where: string }>> {
  const ambient = await findProgram(PROGRAM, engine.environment["PATH"]);
  if (ambient !== undefined) return { available: true, where: ambient };

  // The engine needs exactly the version of the npm package.
  const text = await readFile(require.resolve("@pulumi/docker/package.json"), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  const defaultHome = join(homedir(), ".pulumi");
  const home = engine.environment["PULUMI_HOME"] ?? defaultHome;
  const folderIn = (pulumiHome: string) => join(pulumiHome, "plugins", `resource-docker-v${version}`);
  const ours = folderIn(home);
  const theirs = folderIn(process.env["PULUMI_HOME"] ?? defaultHome);
  try {
    if (!(await isWhole(ours))) {
      if (await isWhole(theirs)) await copyPlugin(theirs, ours);
      else await install(engine, version, home, options);
    }
    if (await isWhole(ours)) return { available: true, version, where: ours };
    return missing(`the Docker plugin ${version} isn't in ${ours} after its installation`);
  } catch (error) {
    return missing(`the Docker plugin ${version} can't be installed: ${reasonOf(error)}`);
  }
}

/** The engine leaves a `.partial` file next to a plugin that it hasn't finished. */
async function isWhole(plugin: string): Promise<boolean> {
  if (existsSync(`${plugin}.partial`)) return false;
  return isExecutable(join(plugin, process.platform === "win32" ? `${PROGRAM}.exe` : PROGRAM));
}

async function copyPlugin(from: string, to: string): Promise<void> {
  // The engine ignores a directory with this ending, so an interrupted copy does no harm.
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
  { progress = () => undefined, milliseconds = 5 * 60 * 1000 }: DockerPluginOptions,
): Promise<void> {
  progress(`Installing the Docker plugin ${version} for Pulumi`);
  const pulumi = (await findProgram("pulumi", engine.directory)) ?? engine.command.command;
  const args = ["plugin", "install", "resource", "docker", version, "--non-interactive"];
  await mkdir(home, { recursive: true });
  await reporting(
    progress,
    (seconds) => `Installing the Docker plugin: ${seconds} s`,
    () => run(pulumi, args, { directory: home, environment: engine.environment, milliseconds }),
  );
}
