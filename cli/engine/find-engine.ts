import { join } from "node:path";
import { built, goVersion, moduleDirectory } from "./build";
import { cacheDirectory, ENGINE_VERSION } from "./cache";
import { cached } from "./cached";
import { downloaded } from "./download";
import { type Engine, NothingThere, type Road, type Search } from "./engine";
import { withLock } from "./lock";
import { MINIMUM_CLI_VERSION, onPath } from "./on-path";
import { reasonOf } from "./reason";
import { readFileSync } from "node:fs";

export interface FindEngineOptions {
  /** Told in one line at a time what is being tried and how long it takes. */
  readonly progress?: (line: string) => void;
  /** @default the customary cache directory of this system, see `cacheDirectory` */
  readonly cache?: string;
  /** The ways to get an engine that is not there yet. @default download, then build */
  readonly getters?: readonly Road[];
}

interface Failure {
  readonly road: string;
  readonly reason: string;
}

/** No road led to an engine; the message names each with its reason, and what to do next. */
export class EngineNotFoundError extends Error {
  constructor(readonly failures: readonly Failure[]) {
    super(
      [
        "No Pulumi engine was found, and none could be made here:",
        ...failures.map((failure) => `  ${failure.road}: ${failure.reason}`),
        `Next: install the Pulumi CLI ${MINIMUM_CLI_VERSION} or newer (https://www.pulumi.com/docs/install/) or ` +
          `Go ${neededGo()} or newer (https://go.dev/dl/), see that it is on PATH, and run the command again.`,
      ].join("\n"),
    );
    this.name = "EngineNotFoundError";
  }
}

/** Finds a Pulumi engine, or gets one and keeps it for the next time. */
export async function findEngine(options: FindEngineOptions = {}): Promise<Engine> {
  const search: Search = {
    cache: options.cache ?? cacheDirectory(),
    progress: options.progress ?? (() => undefined),
  };
  const failures: Failure[] = [];
  const found = await firstOf([onPath, cached], search, failures);
  if (found !== undefined) return found;
  try {
    const got = await withLock(
      join(search.cache, "engine", `${ENGINE_VERSION}.lock`),
      () => {
        search.progress("Another process is getting the engine; waiting for it");
      },
      // Whoever held the lock before may have left an engine.
      async () =>
        (await cached.find(search).catch(() => undefined)) ??
        firstOf(options.getters ?? [downloaded, built], search, failures),
    );
    if (got !== undefined) return got;
  } catch (error) {
    failures.push({ road: "a cache directory to put one into", reason: reasonOf(error) });
  }
  throw new EngineNotFoundError(failures);
}

/**
 * Finds a Pulumi engine that is there already, on PATH or in the cache. Nothing is downloaded or built.
 *
 * @throws Error in one line that has what to do
 */
export async function findPresentEngine(cache = cacheDirectory()): Promise<Engine> {
  const failures: Failure[] = [];
  const found = await firstOf([onPath, cached], { cache, progress: () => undefined }, failures);
  if (found !== undefined) return found;
  const reasons = failures.map(({ road, reason }) => `${road}: ${reason}`).join("; ");
  throw new Error(
    `there is no Pulumi engine here (${reasons}): install the Pulumi CLI ${MINIMUM_CLI_VERSION} or newer ` +
      "(https://www.pulumi.com/docs/install/), or run `npm run engine` in the checkout, which downloads or builds one",
  );
}

async function firstOf(
  roads: readonly Road[],
  search: Search,
  failures: Failure[],
): Promise<Engine | undefined> {
  for (const [index, road] of roads.entries()) {
    try {
      return await road.find(search);
    } catch (error) {
      const failure = { road: road.name, reason: reasonOf(error) };
      failures.push(failure);
      if (error instanceof NothingThere) continue;
      const next = roads[index + 1];
      const then = next === undefined ? "" : `; next: ${next.name}`;
      search.progress(`Can't use ${failure.road} (${failure.reason})${then}`);
    }
  }
  return undefined;
}

function neededGo(): string {
  return goVersion(readFileSync(join(moduleDirectory(), "go.mod"), "utf8"));
}
