import { dirname, resolve } from "node:path";
import { type BackupFiles, filesIn } from "./archive";
import { type BackupFolder, createFolder } from "./folder";
import { openRepository, repositoryIn, type SnapshotChoice } from "./restic";

/** Where backups go. */
export interface Destination {
  /** Begins a backup. @throws Error in one line, before anything is stopped, if no backup can be made there */
  begin(name: string, signal: AbortSignal): Promise<BackupFolder>;
}

/** A backup that was made. */
export interface Source extends BackupFiles {
  /** Where a backup goes that is made before this one replaces what is there. */
  readonly neighbours: Destination;
}

/** What `--to` names: a folder, or `restic:REPOSITORY`. @throws Error in one line */
export function destinationOf(to: string): Destination {
  const repository = repositoryIn(to);
  if (repository === undefined) return { begin: (name) => createFolder(to, name) };
  return openRepository(repository);
}

/** The folder of a backup. */
const folderSource = (folder: string): Source => ({
  ...filesIn(folder),
  neighbours: { begin: (name) => createFolder(dirname(resolve(folder)), name) },
});

/** What `--verify` and `restore` name: the folder of a backup, or `restic:REPOSITORY`. @throws Error in one line */
export async function sourceOf(backup: string, choice: SnapshotChoice): Promise<Source> {
  const repository = repositoryIn(backup);
  if (repository !== undefined) {
    const neighbours = openRepository(repository);
    return { neighbours, ...(await neighbours.find(choice)) };
  }
  if (choice.snapshot === undefined) return folderSource(backup);
  throw new Error("--snapshot is for restic:REPOSITORY: a folder has one backup");
}
