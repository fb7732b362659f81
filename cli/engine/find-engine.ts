import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { lock } from "proper-lockfile";
import { built, goVersion, moduleDirectory } from "./build";
import { cached, downloaded } from "./cached";
import {
  cacheDirectory,
  type Engine,
  ENGINE_VERSION,
  type Finder,
  NothingThere,
  type Search,
} from "./engine";
import { MINIMUM_CLI_VERSION, onPath } from "./on-path";
import { reasonOf } from "./programs";

export interface FindEngineOptions {
  /** Called with a line for each attempt, and while one takes long. */
  readonly progress?: (line: string) => void;
  /** @default the usual cache directory of this system, see `cacheDirectory` */
  readonly cache?: string;
  /** Ways to get an engine that isn't there yet. @default download, then build */
  readonly getters?: readonly Finder[];
}

interface Failure {
  readonly finder: string;
  readonly reason: string;
}

/** No engine was found; the message has a reason for each way that was tried, and the fix. */
export class EngineNotFoundError extends Error {
  constructor(readonly failures: readonly Failure[]) {
    super(
      [
        "No Pulumi engine was found, and none could be downloaded or built:",
        ...failures.map(({ finder, reason }) => `  ${finder}: ${reason}`),
        `Fix: install the Pulumi CLI ${MINIMUM_CLI_VERSION} or newer (https://www.pulumi.com/docs/install/) or ` +
          `Go ${neededGo()} or newer (https://go.dev/dl/), make sure that it is on PATH, and run the command again.`,
      ].join("\n"),
    );
    this.name = "EngineNotFoundError";
  }
}

/** Finds a Pulumi engine, or gets one and keeps it in the cache. */
export async function findEngine(options: FindEngineOptions = {}): Promise<Engine> {
  const search: Search = {
    cache: options.cache ?? cacheDirectory(),
    progress: options.progress ?? (() => undefined),
  };
  const failures: Failure[] = [];
  const found = await firstOf([onPath, cached], search, failures);
  if (found !== undefined) return found;
  try {
    const got = await locked(search, async () => {
      // The previous holder of the lock may have got one.
      const present = await cached.find(search).catch(() => undefined);
      return present ?? firstOf(options.getters ?? [downloaded, built], search, failures);
    });
    if (got !== undefined) return got;
  } catch (error) {
    failures.push({ finder: "the cache directory", reason: reasonOf(error) });
  }
  throw new EngineNotFoundError(failures);
}

/**
 * Runs `work` while no other process does, so that two that start together get one engine. It only saves work: if two hold the
 * lock after all (a machine that slept), each makes a draft of its own and renames it.
 */
async function locked<T>({ cache, progress }: Search, work: () => Promise<T>): Promise<T> {
  const file = join(cache, "engine", ENGINE_VERSION);
  await mkdir(dirname(file), { recursive: true });
  const options = { realpath: false, onCompromised: () => undefined };
  const release = await lock(file, options).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    progress("Waiting for another process that is getting the engine");
    return lock(file, { ...options, retries: { forever: true, minTimeout: 1_000, maxTimeout: 1_000 } });
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
export async function findPresentEngine(cache = cacheDirectory()): Promise<Engine> {
  const failures: Failure[] = [];
  const found = await firstOf([onPath, cached], { cache, progress: () => undefined }, failures);
  if (found !== undefined) return found;
  const reasons = failures.map(({ finder, reason }) => `${finder}: ${reason}`).join("; ");
  throw new Error(
    `no Pulumi engine found (${reasons}): install the Pulumi CLI ${MINIMUM_CLI_VERSION} or newer ` +
      "(https://www.pulumi.com/docs/install/), or run `npm run engine` in the checkout, which downloads or builds one",
  );
}

async function firstOf(
  finders: readonly Finder[],
  search: Search,
  failures: Failure[],
): Promise<Engine | undefined> {
  for (const [index, { name, find }] of finders.entries()) {
    try {
      return await find(search);
    } catch (error) {
      const reason = reasonOf(error);
      failures.push({ finder: name, reason });
      if (error instanceof NothingThere) continue;
      const next = finders[index + 1];
      search.progress(`Can't use ${name} (${reason})${next === undefined ? "" : `; next: ${next.name}`}`);
    }
  }
  return undefined;
}

function neededGo(): string {
  return goVersion(readFileSync(join(moduleDirectory(), "go.mod"), "utf8"));
}
