import { constants } from "node:fs";
import {
  access,
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";

/** The file's text; undefined when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return undefined;
    throw explained(error, path);
  }
}

/** Modes of files that everyone may read, as containers do it as another user; and of those that only their owner may. */
export const PUBLIC = 0o644;
export const PRIVATE = 0o600;

/** Whether a file has this mode; always so on Windows, which has none. */
export async function hasMode(path: string, mode: number): Promise<boolean> {
  if (process.platform === "win32") return true;
  return ((await stat(path)).mode & 0o777) === mode;
}

/** Writes a file so that a reader sees the old text or the new one, never half of it. */
export async function writeText(path: string, text: string, mode: number): Promise<void> {
  const temporary = join(dirname(path), `.new-${process.pid}-${path.slice(dirname(path).length + 1)}`);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFile(temporary, text, { mode });
    // Whatever the umask.
    await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explained(error, path);
  }
}

export async function removeFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    if (codeOf(error) !== "ENOTDIR") throw explained(error, path);
  }
}

/** Removes the directory if nothing is in it, then those above it that this leaves empty, up to `stop` (which stays). */
export async function removeEmpty(directory: string, stop: string): Promise<void> {
  for (let folder = directory; folder !== stop && folder !== dirname(folder); folder = dirname(folder)) {
    try {
      if ((await readdir(folder)).length > 0) return;
      await rmdir(folder);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") return;
    }
  }
}

/** Why nothing could be written below this directory, which need not be there yet; undefined when it could. */
export async function whyNotWritable(directory: string): Promise<string | undefined> {
  for (let folder = directory; ; folder = dirname(folder)) {
    try {
      if (!(await stat(folder)).isDirectory()) return explained({ code: "ENOTDIR" }, folder).message;
      await access(folder, constants.W_OK | constants.X_OK);
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
