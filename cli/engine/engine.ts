import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** The version that is downloaded or built, and with which all measurements and suites ran. `engine/go.mod` has the same. */
export const ENGINE_VERSION = "3.259.0";

/** Where engines are kept: outside node_modules, so that `npm ci` doesn't delete them. */
export function cacheDirectory(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string {
  const chosen = environment["XDG_CACHE_HOME"];
  if (chosen !== undefined && chosen !== "") return join(chosen, "ocis-pocket-id");
  if (platform === "darwin") return join(home, "Library", "Caches", "ocis-pocket-id");
  if (platform === "win32") {
    return join(environment["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "ocis-pocket-id", "Cache");
  }
  return join(home, ".cache", "ocis-pocket-id");
}

/** The directory of one engine; its programs are in `bin`, as the official installer lays them out. */
export const engineRoot = (cache: string) => join(cache, "engine", ENGINE_VERSION);

/** Our own PULUMI_HOME, for logins, plugins and logs; the user's ~/.pulumi is never written. */
export const pulumiHome = (cache: string) => join(cache, "home");

/** A Pulumi engine that answered to `pulumi version`. */
export interface Engine {
  /** For `LocalWorkspace.create({ pulumiCommand })` of the Automation API. */
  readonly command: PulumiCommand;
  /** Where it comes from; for a cached engine, how it got into the cache. */
  readonly source: "path" | "downloaded" | "built";
  readonly version: string;
  /** The directory with the `pulumi` program. */
  readonly directory: string;
  /** What a run needs in addition to this process's variables: PATH, PULUMI_HOME, PULUMI_SKIP_UPDATE_CHECK. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Search {
  /** Our cache directory. */
  readonly cache: string;
  readonly progress: (line: string) => void;
}

/** One way to find or get an engine. */
export interface Finder {
  readonly name: string;
  /** @throws Error with a one-line reason; {@link NothingThere} if nothing failed */
  readonly find: (search: Search) => Promise<Engine>;
}

/** A place has no engine; nothing failed. */
export class NothingThere extends Error {}

/**
 * The environment of every run with an engine. PATH ends with the directory of this Node.js: the launcher of dynamic resources
 * starts `node`, which isn't on PATH if it was called by an absolute path.
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

/**
 * The environment of a run on a local file backend, separate from the user's own Pulumi login: its own PULUMI_HOME, and empty
 * variables where the user's could lead elsewhere. Plugins in ~/.pulumi aren't found; `findDockerPlugin` copies the one we
 * need. An engine with network access can still install the Docker plugin itself.
 *
 * @param options.backendDirectory where state is kept; created if missing, because the engine refuses a missing one
 */
export function engineEnvironment(
  { environment }: Engine,
  options: { readonly backendDirectory: string; readonly passphrase: string },
): Record<string, string> {
  mkdirSync(options.backendDirectory, { recursive: true });
  const { href } = pathToFileURL(resolve(options.backendDirectory));
  return {
    ...environment,
    // On Windows the engine needs `file://C:/…`, without the third slash of a standard file URL.
    PULUMI_BACKEND_URL: process.platform === "win32" ? href.replace("file:///", "file://") : href,
    PULUMI_CONFIG_PASSPHRASE: options.passphrase,
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
    PULUMI_ACCESS_TOKEN: "",
  };
}
