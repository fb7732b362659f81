import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { reasonOf } from "../engine/programs";
import { factsOf, type FileFacts, filesIn, ONLY_OWNER } from "./archive";
import { MANIFEST, type Manifest, verifyBackup } from "./manifest";

/** A backup that is being written, under a name that says so. */
export interface BackupFolder {
  path(file: string): string;
  write(file: string, text: string): Promise<FileFacts & { readonly name: string }>;
  /** Writes the manifest, reads everything again, and gives the folder its name. Returns where the backup is. */
  finish(manifest: Manifest): Promise<string>;
  /** Removes all of it. */
  discard(): Promise<void>;
}

/** Creates the folder of a new backup in another one. @throws Error in one line if it can't be written */
export async function createFolder(parent: string, name: string): Promise<BackupFolder> {
  const folder = join(resolve(parent), name);
  const partial = `${folder}.partial`;
  try {
    await mkdir(resolve(parent), { recursive: true });
    await mkdir(partial, { mode: 0o700 });
  } catch (error) {
    throw new Error(
      `no backup can be written into ${resolve(parent)} (${reasonOf(error)}): use another folder with --to`,
      {
        cause: error,
      },
    );
  }
  const path = (file: string) => join(partial, file);
  const write = async (file: string, text: string) => {
    await writeFile(path(file), text, { mode: ONLY_OWNER, flag: "wx", flush: true });
    return { name: file, ...(await factsOf(filesIn(partial), file)) };
  };
  return {
    path,
    write,
    async finish(manifest) {
      await write(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
      await verifyBackup(filesIn(partial));
      await rename(partial, folder);
      await synced(resolve(parent));
      return folder;
    },
    discard: () => rm(partial, { recursive: true, force: true }),
  };
}

/** Makes sure that the names in a folder are on disk. Not every system can. */
async function synced(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // The files themselves are.
  }
}
