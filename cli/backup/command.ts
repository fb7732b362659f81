import type { CommandModule } from "yargs";
import { backupOptions, type BackupVerbOptions, restoreOptions, type RestoreVerbOptions } from "./options";

/** `ocis-pocket-id backup`: oCIS and Pocket ID, stopped for a moment, in one folder. */
export const backup: CommandModule<object, BackupVerbOptions> = {
  command: "backup",
  describe: "Back up a stack's oCIS and Pocket ID into a folder, or verify a backup",
  builder: backupOptions,
  async handler(options) {
    const { runBackup } = await import("./run.js");
    process.exitCode = await runBackup(options);
  },
};

/** `ocis-pocket-id restore`: a backup's volumes and state, for the next `up`. */
export const restore: CommandModule<object, RestoreVerbOptions> = {
  command: "restore [backup]",
  describe: "Restore a backup's volumes, stack file and state; the next up starts the containers",
  builder: restoreOptions,
  async handler(options) {
    const { runRestore } = await import("./run.js");
    process.exitCode = await runRestore(options);
  },
};
