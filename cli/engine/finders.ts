import { PulumiCommand } from "@pulumi/pulumi/automation/cmd";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as semver from "semver";
import {
  baseEnvironment,
  type Engine,
  ENGINE_VERSION,
  engineRoot,
  type Finder,
  NothingThere,
  pulumiHome,
  type Search,
} from "./engine";
import { hasLauncher, writeLauncher } from "./launcher";
import { bounded, findProgram, reporting } from "./programs";

/**
 * The oldest CLI that is used. CLI and SDK are released together, and our packages need @pulumi/pulumi 3.216: since then the
 * `read` of a dynamic provider can return inputs, without which drift is found but not shown.
 */
export const MINIMUM_CLI_VERSION = "3.216.0";

/** Starting a program of a hundred megabytes takes a while from a cold or network disk. */
const ANSWER_LIMIT = 30_000;
/** For a slow connection; a host that doesn't answer at all fails within seconds. */
const INSTALL_LIMIT = 15 * 60 * 1000;

/** The official CLI, as the user has installed it. */
export const onPath: Finder = {
  name: "pulumi on PATH",
  async find({ cache }) {
    const file = await findProgram("pulumi");
    if (file === undefined) throw new NothingThere("there is none");
    const command = await commandOf(cache);
    if (command.version === null) throw new Error(`${file} prints no version`);
    const version = command.version.toString();
    if (command.version.compare(MINIMUM_CLI_VERSION) < 0) {
      throw new Error(`${file} is version ${version}, at least ${MINIMUM_CLI_VERSION} is needed`);
    }
    const engine = { command, source: "path" as const, version, directory: dirname(file) };
    if (await hasLauncher(file)) return { ...engine, environment: baseEnvironment(cache) };
    // Some distributions package the Node.js parts separately. Ours is last on PATH, so that theirs wins.
    const after = join(cache, "launcher");
    await writeLauncher(after);
    return { ...engine, environment: baseEnvironment(cache, { after }) };
  },
};

/** An engine that was downloaded or built before. */
export const cached: Finder = {
  name: "the cache",
  async find({ cache }) {
    const root = engineRoot(cache);
    const origin = await readFile(join(root, "origin"), "utf8").catch(() => undefined);
    if (origin === undefined) throw new NothingThere(`nothing in ${root}`);
    const { command, version } = await commandIn(cache, root);
    const directory = join(root, "bin");
    return {
      command,
      source: origin === "built" ? "built" : "downloaded",
      version,
      directory,
      environment: baseEnvironment(cache, { before: directory }),
    };
  },
};

/** The official CLI from get.pulumi.com. */
export const downloaded: Finder = {
  name: "download from get.pulumi.com",
  find(search) {
    search.progress(`Downloading the Pulumi CLI ${ENGINE_VERSION} from get.pulumi.com`);
    return reporting(
      search.progress,
      (seconds) => `Downloading the Pulumi CLI: ${seconds} s`,
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
  origin: "downloaded" | "built",
  fill: (root: string) => Promise<void>,
): Promise<Engine> {
  const root = engineRoot(search.cache);
  await mkdir(dirname(root), { recursive: true });
  const draft = await mkdtemp(join(dirname(root), `.draft-`));
  try {
    await fill(draft);
    await writeLauncher(join(draft, "bin"));
    await writeFile(join(draft, "origin"), origin);
    await commandIn(search.cache, draft);
    // An engine that is already there is broken, in a home that two kinds of machine share, for instance.
    await rm(root, { recursive: true, force: true });
    await rename(draft, root);
  } finally {
    await rm(draft, { recursive: true, force: true });
    await removeOldDrafts(dirname(root));
  }
  return cached.find(search);
}

/** Removes drafts of killed processes: those older than a day, which is longer than any download or build takes. */
async function removeOldDrafts(directory: string): Promise<void> {
  const drafts = (await readdir(directory)).filter((name) => name.startsWith(".draft-"));
  for (const draft of drafts.map((name) => join(directory, name))) {
    const entry = await stat(draft).catch(() => undefined);
    if (entry === undefined || Date.now() - entry.mtimeMs < 24 * 3600 * 1000) continue;
    await rm(draft, { recursive: true, force: true });
  }
}

async function commandIn(cache: string, root: string) {
  const command = await commandOf(cache, root);
  const version = command.version?.toString() ?? "unknown";
  if (version !== ENGINE_VERSION) throw new Error(`the engine in ${root} is version ${version}`);
  return { command, version };
}

/** The `pulumi` in a root, or on PATH, if it answers to `pulumi version`. */
function commandOf(cache: string, root?: string): Promise<PulumiCommand> {
  const restore = setOwnHome(cache);
  try {
    // The process has started when `get` returns: the home needn't stay ours until it answers.
    const answer = PulumiCommand.get({ ...(root === undefined ? {} : { root }), skipVersionCheck: true });
    return bounded(answer, ANSWER_LIMIT, '"pulumi version"');
  } finally {
    restore();
  }
}

/** Installs the official CLI into a root, with the installer from get.pulumi.com. */
async function installCommand(cache: string, root: string): Promise<void> {
  // Semver is a dependency of Pulumi, not ours, so it is loaded from there.
  const load = createRequire(require.resolve("@pulumi/pulumi/automation/cmd"));
  const { SemVer } = load("semver") as typeof semver;
  const restore = setOwnHome(cache);
  try {
    const version = new SemVer(ENGINE_VERSION);
    await bounded(PulumiCommand.install({ version, root }), INSTALL_LIMIT, "the download");
  } finally {
    restore();
  }
}

/** Even `pulumi version` writes a log into PULUMI_HOME, which PulumiCommand takes from this process only. */
function setOwnHome(cache: string): () => void {
  const before = process.env["PULUMI_HOME"];
  process.env["PULUMI_HOME"] = pulumiHome(cache);
  return () => {
    if (before === undefined) Reflect.deleteProperty(process.env, "PULUMI_HOME");
    else process.env["PULUMI_HOME"] = before;
  };
}
