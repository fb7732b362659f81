import "./lazy-compiler";
import { createRequire } from "node:module";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { backup, restore } from "./backup/command";
import { completeWords, completion, isCompletion } from "./completion";
import { diagram } from "./diagram/command";
import { doctor } from "./doctor/command";
import { drift } from "./drift/command";
import { EXIT_CODES, EXIT_CODES_HELP } from "./exit-codes";
import { fleet } from "./fleet/command";
import { importCommand } from "./import/command";
import { coloursOf, sizeOf } from "./output";
import { show } from "./show/command";

/** By itself yargs looks for it in the current directory. */
const { version } = createRequire(__filename)("ocis-pocket-id/package.json") as { version: string };

/** The program `ocis-pocket-id`. Each verb loads its modules when it runs, so that `--help` is quick. */
const parser = (args: readonly string[]) =>
  yargs(args)
    .scriptName("ocis-pocket-id")
    .usage("$0 VERB [options]\n\nManages stacks of oCIS with Pocket ID logins.")
    .command(drift)
    .command(doctor)
    .command(fleet)
    .command(importCommand)
    .command(diagram)
    .command(show)
    .command(backup)
    .command(restore)
    .command(completion)
    .demandCommand(1, "missing command: run with --help for the list")
    .strict()
    // At this word yargs prints its own script; `completion` prints ours.
    .completion("yargs-completion", false, completeWords)
    .epilogue(EXIT_CODES_HELP)
    .locale("en")
    .check(once)
    .wrap(Math.min(110, process.stdout.isTTY ? sizeOf(process.stdout).columns : 100))
    .version(version)
    .fail(false);

/** Options that take several values; yargs makes a list of any option that is given twice. */
const SEVERAL: ReadonlySet<string> = new Set([
  "_",
  "company",
  "compose",
  "config",
  "members",
  "s",
  "skip",
  "stack",
]);

function once(argv: Readonly<Record<string, unknown>>): true {
  const [twice] = Object.keys(argv).filter((name) => Array.isArray(argv[name]) && !SEVERAL.has(name));
  if (twice !== undefined) throw new Error(`--${twice} was given twice: use it once`);
  return true;
}

/** yargs puts a heading above an invalid choice; and only `fleet new` has a required positional. */
const inOneLine = (message: string) =>
  message
    .replace(/^Invalid values:\s+/, "")
    .replace(/^Not enough non-option arguments.*$/, "missing company name: fleet new acme, for instance");

/** Prints every error on one line. */
async function main(): Promise<void> {
  const args = hideBin(process.argv);
  try {
    await parser(args).parseAsync();
  } catch (error) {
    // An unfinished line isn't a mistake, and the shell would show the error within it.
    if (isCompletion(args)) return;
    const message = error instanceof Error ? error.message : String(error);
    console.error(`${coloursOf(process.stderr).red("error:")} ${inOneLine(message)}`);
    process.exitCode = EXIT_CODES.error;
  }
}

void main();
