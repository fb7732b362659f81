import { createHash } from "node:crypto";
import { constants, existsSync } from "node:fs";
import * as fs from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";

/** Texts of files by their name. */
export type Texts = Record<string, string>;

const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * Where a directory is on this machine. A relative one counts from the project's root, so that state can keep it relative
 * and does not differ between checkouts.
 *
 * The engine tells its plugin process nothing of the root, but starts it in the program's folder (that of `main`), so
 * looking upwards from there gives the same answer in both.
 */
export function resolveDirectory(directory: string): string {
  return isAbsolute(directory) ? directory : join(projectRoot(), directory);
}

/** The nearest folder upwards with a Pulumi.yaml; this folder if there is none, as for inline programs. */
function projectRoot(): string {
  const here = process.cwd();
  for (let folder = here; ; folder = dirname(folder)) {
    if (PROJECT_FILES.some((file) => existsSync(join(folder, file)))) return folder;
    if (folder === dirname(folder)) return here;
  }
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The file's text; undefined when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await fs.readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return undefined;
    throw explained(error, path);
  }
}

/**
 * Writes a file unless it has this text and mode, so that a reader sees the old text or the new one, never half of it.
 * Windows has no modes.
 */
export async function writeText(path: string, text: string, mode: number): Promise<void> {
  const hasMode = async () => process.platform === "win32" || ((await fs.stat(path)).mode & 0o777) === mode;
  if ((await readText(path)) === text && (await hasMode())) return;
  const temporary = join(dirname(path), `.new-${process.pid}-${basename(path)}`);
  try {
    await fs.mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await fs.writeFile(temporary, text, { mode });
    // Whatever the umask.
    await fs.chmod(temporary, mode);
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    throw explained(error, path);
  }
}

export async function removeFile(path: string): Promise<void> {
  try {
    await fs.rm(path, { force: true });
  } catch (error) {
    if (codeOf(error) !== "ENOTDIR") throw explained(error, path);
  }
}

/**
 * Removes the directory if nothing is in it, then those above it that this leaves empty. The project's root stays, and for a
 * directory elsewhere the one above it.
 */
export async function removeEmpty(directory: string): Promise<void> {
  const absolute = resolveDirectory(directory);
  const root = isAbsolute(directory) ? absolute : projectRoot();
  const stop = absolute.startsWith(join(root, "/")) ? root : dirname(absolute);
  for (let folder = absolute; folder !== stop && folder !== dirname(folder); folder = dirname(folder)) {
    try {
      if ((await fs.readdir(folder)).length > 0) return;
      await fs.rmdir(folder);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") return;
    }
  }
}

/** Why nothing could be written below this directory, which need not be there yet; undefined when it could. */
export async function whyNotWritable(directory: string): Promise<string | undefined> {
  for (let folder = directory; ; folder = dirname(folder)) {
    try {
      if (!(await fs.stat(folder)).isDirectory()) return explained({ code: "ENOTDIR" }, folder).message;
      await fs.access(folder, constants.W_OK | constants.X_OK);
      return undefined;
    } catch (error) {
      // Not there, or below something that is a file: the next one up tells.
      const higher = ["ENOENT", "ENOTDIR"].includes(codeOf(error)) && folder !== dirname(folder);
      if (!higher) return explained(error, folder).message;
    }
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "is not writable for this user: change its permissions, or choose another directory",
  EISDIR: "is a directory, where a file must be written: choose another directory",
  ENOSPC: "could not be written: the disk is full",
  ENOTDIR: "is not a directory: choose another directory",
  EPERM: "is not writable for this user: change its permissions, or choose another directory",
  EROFS: "is on a read-only file system: choose another directory",
};

function explained(error: unknown, path: string): Error {
  const reason = REASONS[codeOf(error)];
  if (reason !== undefined) return new Error(`${path} ${reason}`, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

/** Those of the files that are there, as they are. */
export async function readAll(directory: string, files: Texts): Promise<Texts> {
  const found: Texts = {};
  for (const name of Object.keys(files)) {
    const text = await readText(join(directory, name));
    if (text !== undefined) found[name] = text;
  }
  return found;
}

/** Names of files that are there, are not ours, and have another text than ours would have. */
export async function foreignFiles(directory: string, files: Texts, ours: Texts): Promise<string[]> {
  const others = Object.fromEntries(Object.entries(files).filter(([name]) => !(name in ours)));
  const found = await readAll(directory, others);
  return Object.keys(found).filter((name) => found[name] !== files[name]);
}

/** The SHA-256 of each text. */
export function hashesOf(files: Texts): Texts {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(text)]));
}
