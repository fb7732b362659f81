import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { lock } from "proper-lockfile";
import { built, goVersion } from "./build";
import { cacheDirectory, type Engine, engineRoot, type Finder, NothingThere, type Search } from "./engine";
import { cached, downloaded, MINIMUM_CLI_VERSION, onPath } from "./finders";
import { reasonOf } from "./programs";

export interface FindEngineOptions {
  /** Called with a line for each attempt, and while one takes long. */
  readonly progress?: (line: string) => void;
  /** @default the usual cache directory of this system, see `cacheDirectory` */
  readonly cache?: string;
  /** Ways to get an engine that isn't there yet. @default download, then build */
  readonly getters?: readonly Finder[];
}

const INSTALL = `install the Pulumi CLI ${MINIMUM_CLI_VERSION} or newer (https://www.pulumi.com/docs/install/)`;

/** No engine was found; the message has a reason for each way that was tried, and the fix. */
export class EngineNotFoundError extends Error {
  override readonly name = "EngineNotFoundError";

  constructor(failures: readonly string[]) {
    super(
      [
        "No Pulumi engine was found, and none could be downloaded or built:",
        ...failures.map((failure) => `  ${failure}`),
        `Fix: ${INSTALL} or Go ${goVersion()} or newer (https://go.dev/dl/), make sure that it is on PATH, ` +
          "and run the command again.",
      ].join("\n"),
    );
  }
}

/** Finds a Pulumi engine, or gets one and keeps it in the cache. */
export async function findEngine(options: FindEngineOptions = {}): Promise<Engine> {
  const { cache = cacheDirectory(), progress = () => undefined, getters = [downloaded, built] } = options;
  const search = { cache, progress };
  const failures: string[] = [];
  const found = await firstOf([onPath, cached], search, failures);
  if (found !== undefined) return found;
  try {
    const got = await locked(search, async () => {
      // The previous holder of the lock may have got one.
      const present = await cached.find(search).catch(() => undefined);
      return present ?? firstOf(getters, search, failures);
    });
    if (got !== undefined) return got;
  } catch (error) {
    failures.push(`the cache directory: ${reasonOf(error)}`);
  }
  throw new EngineNotFoundError(failures);
}

/**
 * Runs `work` while no other process does, so that two that start together get one engine. It only saves work: if two hold the
 * lock after all (a machine that slept), each makes a draft of its own and renames it.
 */
async function locked<T>({ cache, progress }: Search, work: () => Promise<T>): Promise<T> {
  const root = engineRoot(cache);
  await mkdir(dirname(root), { recursive: true });
  const options = { realpath: false, onCompromised: () => undefined };
  const release = await lock(root, options).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    progress("Waiting for another process that is getting the engine");
    return lock(root, { ...options, retries: { forever: true, minTimeout: 1_000, maxTimeout: 1_000 } });
  });
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}

/**
 * Finds a Pulumi engine on PATH or in the cache. Nothing is downloaded or built.
 *
 * @throws Error in one line with the fix
 */
export async function findPresentEngine(): Promise<Engine> {
  const failures: string[] = [];
  const search = { cache: cacheDirectory(), progress: () => undefined };
  const found = await firstOf([onPath, cached], search, failures);
  if (found !== undefined) return found;
  throw new Error(
    `no Pulumi engine found (${failures.join("; ")}): ${INSTALL}, ` +
      "or run `npm run engine` in the checkout, which downloads or builds one",
  );
}

async function firstOf(
  finders: readonly Finder[],
  search: Search,
  failures: string[],
): Promise<Engine | undefined> {
  for (const [index, { name, find }] of finders.entries()) {
    try {
      return await find(search);
    } catch (error) {
      const reason = reasonOf(error);
      failures.push(`${name}: ${reason}`);
      if (error instanceof NothingThere) continue;
      const next = finders[index + 1];
      search.progress(`Can't use ${name} (${reason})${next === undefined ? "" : `; next: ${next.name}`}`);
    }
  }
  return undefined;
}
