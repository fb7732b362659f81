import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The engine that is downloaded or built. One version for both roads, and the one all our measurements and suites were
 * made with. `engine/go.mod` names the same one (a test compares them).
 */
export const ENGINE_VERSION = "3.259.0";

/** Where engines are kept: outside node_modules, so that `npm ci` does not throw three minutes of work away. */
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
export function engineRoot(cache: string): string {
  return join(cache, "engine", ENGINE_VERSION);
}

/** Our own PULUMI_HOME: logins, plugins and logs of our runs; the user's ~/.pulumi is never written. */
export function pulumiHome(cache: string): string {
  return join(cache, "home");
}
