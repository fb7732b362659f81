import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { commandOf, installCommand } from "./command";
import {
  baseEnvironment,
  type Engine,
  ENGINE_VERSION,
  engineRoot,
  type Finder,
  NothingThere,
  type Search,
} from "./engine";
import { writeLauncher } from "./launcher";
import { reporting } from "./programs";

/** An engine that was downloaded or built before. */
export const cached: Finder = {
  name: "the cache",
  async find(search) {
    const root = engineRoot(search.cache);
    const source = await origin(root);
    if (source === undefined) throw new NothingThere(`nothing in ${root}`);
    return engineIn(root, source, search);
  },
};

/** The official CLI from get.pulumi.com. */
export const downloaded: Finder = {
  name: "download from get.pulumi.com",
  find(search) {
    search.progress(`Downloading the Pulumi CLI ${ENGINE_VERSION} from get.pulumi.com`);
    return reporting(
      (seconds) => {
        search.progress(`Downloading the Pulumi CLI: ${seconds} s`);
      },
      () => putIntoCache(search, "downloaded", (root) => installCommand(search.cache, root)),
    );
  },
};

/**
 * Lets `fill` create an engine in a draft directory, tries it, and renames the directory only then: the cache has a complete
 * engine or none.
 */
export async function putIntoCache(
  search: Search,
  source: "downloaded" | "built",
  fill: (root: string) => Promise<void>,
): Promise<Engine> {
  const root = engineRoot(search.cache);
  await mkdir(dirname(root), { recursive: true });
  const draft = await mkdtemp(join(dirname(root), `.draft-`));
  try {
    await fill(draft);
    await writeLauncher(join(draft, "bin"));
    await writeFile(join(draft, "origin"), source);
    await engineIn(draft, source, search);
    await moveIntoPlace(draft, root, search);
  } finally {
    await rm(draft, { recursive: true, force: true });
    await removeOldDrafts(dirname(root));
  }
  return cached.find(search);
}

async function engineIn(root: string, source: "downloaded" | "built", search: Search): Promise<Engine> {
  const command = await commandOf(search.cache, root);
  const version = command.version?.toString() ?? "unknown";
  if (version !== ENGINE_VERSION) throw new Error(`the engine in ${root} is version ${version}`);
  const directory = join(root, "bin");
  return {
    command,
    source,
    version,
    directory,
    environment: baseEnvironment(search.cache, { before: directory }),
  };
}

async function origin(root: string): Promise<"downloaded" | "built" | undefined> {
  try {
    return (await readFile(join(root, "origin"), "utf8")) === "built" ? "built" : "downloaded";
  } catch {
    return undefined;
  }
}

async function moveIntoPlace(draft: string, root: string, search: Search): Promise<void> {
  try {
    await rename(draft, root);
  } catch (error) {
    // Another process was faster, or the engine there is broken (a home shared by two kinds of machine, for instance).
    const isThere = await cached.find(search).catch(() => undefined);
    if (isThere !== undefined) return;
    const broken = `${draft}-broken`;
    await rename(root, broken).catch(() => Promise.reject(error as Error));
    await rename(draft, root);
    await rm(broken, { recursive: true, force: true });
  }
}

/** Removes drafts of killed processes: those older than a day, which is longer than any download or build takes. */
async function removeOldDrafts(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(".draft-")) continue;
    const draft = join(directory, name);
    const entry = await stat(draft).catch(() => undefined);
    if (entry !== undefined && Date.now() - entry.mtimeMs > 24 * 3600 * 1000) {
      await rm(draft, { recursive: true, force: true });
    }
  }
}
