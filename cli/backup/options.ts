import type { Argv } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, TEXT, withOneStackOption } from "../stacks/choose";

const SNAPSHOT = {
  ...TEXT,
  defaultDescription: "the stack's latest",
  describe: "ID of a snapshot in the restic repository",
} as const;

/** Adds the options of `backup`. */
export const backupOptions = (parser: Argv<object>) =>
  withOneStackOption(parser)
    .option("to", {
      ...TEXT,
      describe:
        "Folder for backups, each of which gets a folder of its own; or restic:REPOSITORY, or `restic:` for RESTIC_REPOSITORY",
    })
    .option("compress", {
      type: "boolean",
      default: false,
      describe:
        "Compress the archives, while oCIS is stopped; rarely worth it, as most files are compressed already",
    })
    .option("verify", {
      ...TEXT,
      describe: "Check this backup (a folder, or restic:REPOSITORY) instead of making one",
    })
    .option("snapshot", SNAPSHOT)
    .option("json", { type: "boolean", default: false, describe: "Print JSON" })
    .check(({ to, verify, snapshot, compress }) => {
      if (to === undefined && verify === undefined)
        throw new Error("missing --to FOLDER, or --verify BACKUP");
      if (to !== undefined && verify !== undefined) {
        throw new Error("--to and --verify can't be combined: a new backup is verified anyway");
      }
      if (snapshot !== undefined && verify === undefined)
        throw new Error("--snapshot is for --verify and restore");
      if (compress && to?.startsWith("restic:") === true) {
        throw new Error("--compress can't be combined with restic, which compresses itself: leave it out");
      }
      return true;
    })
    .example("$0 backup --to /srv/backups", "stop the current stack's oCIS, archive, start")
    .example("$0 backup --verify /srv/backups/NAME", "check that a backup can be restored")
    .example(
      "$0 backup --to restic:sftp:backup@host:/srv/restic",
      "into a restic repository on another machine",
    )
    .epilogue(EXIT_CODES_HELP);

/** Adds the options of `restore`. */
export const restoreOptions = (parser: Argv<object>) =>
  withOneStackOption(parser)
    .positional("backup", { type: "string", describe: "Folder of a backup, or restic:REPOSITORY" })
    .option("snapshot", SNAPSHOT)
    .option("replace", {
      type: "boolean",
      default: false,
      describe: "Back up what is in the stack's volumes now, then replace it",
    })
    .option("json", { type: "boolean", default: false, describe: "Print JSON" })
    .check(({ backup }) => {
      if (backup === undefined) throw new Error("missing folder of a backup: restore /srv/backups/NAME");
      return true;
    })
    .example("$0 restore /srv/backups/NAME", "onto a new Docker host or cluster, followed by `pulumi up`")
    .example("$0 restore /srv/backups/NAME --replace", "go back to a backup")
    .epilogue(EXIT_CODES_HELP);

/** The options as yargs parses them. */
export type BackupVerbOptions = OptionsOf<typeof backupOptions>;
export type RestoreVerbOptions = OptionsOf<typeof restoreOptions>;
