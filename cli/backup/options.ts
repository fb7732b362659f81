import type { Argv } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, TEXT, withOneStackOption } from "../stacks/choose";

/** Adds the options of `backup`. */
export const backupOptions = (parser: Argv<object>) =>
  withOneStackOption(parser)
    .option("to", { ...TEXT, normalize: true, describe: "Folder for backups; each gets a folder of its own" })
    .option("compress", {
      type: "boolean",
      default: false,
      describe:
        "Compress the archives, while oCIS is stopped; rarely worth it, as most files are compressed already",
    })
    .option("verify", { ...TEXT, normalize: true, describe: "Check this backup instead of making one" })
    .option("json", { type: "boolean", default: false, describe: "Print JSON" })
    .check(({ to, verify }) => {
      if (to === undefined && verify === undefined)
        throw new Error("missing --to FOLDER, or --verify BACKUP");
      if (to !== undefined && verify !== undefined) {
        throw new Error("--to and --verify can't be combined: a new backup is verified anyway");
      }
      return true;
    })
    .example("$0 backup --to /srv/backups", "stop the current stack's oCIS, archive, start")
    .example("$0 backup --verify /srv/backups/NAME", "check that a backup can be restored")
    .epilogue(EXIT_CODES_HELP);

/** Adds the options of `restore`. */
export const restoreOptions = (parser: Argv<object>) =>
  withOneStackOption(parser)
    .positional("backup", { type: "string", normalize: true, describe: "Folder of a backup" })
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
    .example("$0 restore /srv/backups/NAME", "onto a new Docker host, followed by `pulumi up`")
    .example("$0 restore /srv/backups/NAME --replace", "go back to a backup")
    .epilogue(EXIT_CODES_HELP);

/** The options as yargs parses them. */
export type BackupVerbOptions = OptionsOf<typeof backupOptions>;
export type RestoreVerbOptions = OptionsOf<typeof restoreOptions>;
