import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { mkdirSync } from "node:fs";
import { delimiter, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { pulumiHome } from "./cache";

/** A Pulumi engine that was seen to answer. */
export interface Engine {
  /** For `LocalWorkspace.create({ pulumiCommand })` of the Automation API. */
  readonly command: PulumiCommand;
  /** Where it comes from; an engine found in our cache says how it got there. */
  readonly source: "path" | "downloaded" | "built";
  readonly version: string;
  /** The directory with the `pulumi` program. */
  readonly directory: string;
  /** What a run needs, over the variables of this process: PATH, PULUMI_HOME, PULUMI_SKIP_UPDATE_CHECK. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What every road is told. */
export interface Search {
  /** Our cache directory. */
  readonly cache: string;
  readonly progress: (line: string) => void;
}

/** A road ends where an engine may be and is not: nothing has failed. */
export class NothingThere extends Error {}

/** One way to an engine. It throws an error with one line of reason when it leads nowhere. */
export interface Road {
  readonly name: string;
  readonly find: (search: Search) => Promise<Engine>;
}

/**
 * The environment of every run with an engine. PATH ends with the directory of the Node.js that runs this: the launcher
 * of dynamic resources asks for `node`, which need not be on PATH when an absolute path was called.
 */
export function baseEnvironment(
  cache: string,
  added: { readonly before?: string; readonly after?: string } = {},
): Record<string, string> {
  const path = [added.before, process.env["PATH"], added.after, dirname(process.execPath)];
  return {
    PATH: path.filter((part) => part !== undefined && part !== "").join(delimiter),
    PULUMI_HOME: pulumiHome(cache),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

export interface EngineEnvironmentOptions {
  /** Where state is kept; made when it is not there, because the engine refuses a missing one. */
  readonly backendDirectory: string;
  readonly passphrase: string;
}

/**
 * The environment of a run on a local file backend that knows nothing of the user's own Pulumi login: its own
 * PULUMI_HOME, and empty what could lead elsewhere (a variable of this process cannot be taken away, only emptied).
 * Plugins in ~/.pulumi are therefore not seen: `findDockerPlugin` copies the one we need. Automatic acquisition of
 * plugins is left on, so that an engine with network gets the Docker plugin by itself.
 */
export function engineEnvironment(engine: Engine, options: EngineEnvironmentOptions): Record<string, string> {
  mkdirSync(options.backendDirectory, { recursive: true });
  return {
    ...engine.environment,
    PULUMI_BACKEND_URL: backendUrl(options.backendDirectory),
    PULUMI_CONFIG_PASSPHRASE: options.passphrase,
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
    PULUMI_ACCESS_TOKEN: "",
  };
}

/** The engine wants `file://C:/…` on Windows, without the third slash of a real file URL. */
function backendUrl(directory: string): string {
  const url = pathToFileURL(resolve(directory)).href;
  return process.platform === "win32" ? url.replace("file:///", "file://") : url;
}
