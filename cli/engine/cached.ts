import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ENGINE_VERSION, engineRoot } from "./cache";
import { commandOf } from "./command";
import { baseEnvironment, type Engine, NothingThere, type Road, type Search } from "./engine";
import { writeLauncher } from "./launcher";

/** An engine that was downloaded or built before. */
export const cached: Road = {
  name: "the cache",
  async find(search) {
    const root = engineRoot(search.cache);
    const source = await origin(root);
    if (source === undefined) throw new NothingThere(`nothing in ${root}`);
    return engineIn(root, source, search);
  },
};

/**
 * Lets `fill` make an engine in a directory beside the cache's, tries it, and only then renames it into its place:
 * whoever looks into the cache sees a whole engine or none.
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
    // Another process was faster, or what is there is broken (a home shared between two kinds of machine, say).
    if (await works(search)) return;
    const broken = `${draft}-broken`;
    await rename(root, broken).catch(() => Promise.reject(error as Error));
    await rename(draft, root);
    await rm(broken, { recursive: true, force: true });
  }
}

async function works(search: Search): Promise<boolean> {
  return cached.find(search).then(
    () => true,
    () => false,
  );
}

/** Drafts of processes that were killed; a day is longer than any download or build may take. */
async function removeOldDrafts(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(".draft-")) continue;
    const draft = join(directory, name);
    const age = await stat(draft).then(
      (entry) => Date.now() - entry.mtimeMs,
      () => 0,
    );
    if (age > 24 * 3600 * 1000) await rm(draft, { recursive: true, force: true });
  }
}
