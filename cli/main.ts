import { createRequire } from "node:module";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { completion } from "./completion/command";
import { completeWords, isCompletion } from "./completion/words";
import { diagram } from "./diagram/command";
import { doctor } from "./doctor/command";
import { drift } from "./drift/command";
import { EXIT_CODES, EXIT_CODES_IN_WORDS } from "./exit-codes";
import { fleet } from "./fleet/command";
import { coloursOf } from "./output/colours";
import { sizeOf } from "./output/size";
import { show } from "./show/command";

/** By itself yargs looks for it in the current directory. */
const { version } = createRequire(__filename)("ocis-pocket-id/package.json") as { version: string };

/** The program `ocis-pocket-id`: one line a verb. A verb loads what it needs when it runs, so that `--help` is quick. */
const parser = (args: readonly string[]) =>
  yargs(args)
    .scriptName("ocis-pocket-id")
    .usage("$0 VERB [options]\n\nLooks after stacks of oCIS with Pocket ID logins.")
    .command(drift)
    .command(doctor)
    .command(fleet)
    .command(diagram)
    .command(show)
    .command(completion)
    .demandCommand(1, "say what to do: one of the verbs of --help")
    .strict()
    // yargs prints its own script at that word; ours is printed by the command.
    .completion("yargs-completion", false, completeWords)
    .epilogue(EXIT_CODES_IN_WORDS)
    .locale("en")
    .check(once)
    .wrap(Math.min(110, process.stdout.isTTY ? sizeOf(process.stdout).columns : 100))
    .version(version)
    .fail(false);

/** What takes several values; yargs makes a list of any option that is said twice, whatever its type. */
const SEVERAL: ReadonlySet<string> = new Set(["_", "company", "config", "members", "s", "skip", "stack"]);

function once(argv: Readonly<Record<string, unknown>>): true {
  const [twice] = Object.keys(argv).filter((name) => Array.isArray(argv[name]) && !SEVERAL.has(name));
  if (twice !== undefined) throw new Error(`say --${twice} once`);
  return true;
}

/** What yargs says of a value that is no choice has a line more than others; and only `fleet new` has a word that must be there. */
const inOneLine = (message: string) =>
  message
    .replace(/^Invalid values:\s+/, "")
    .replace(/^Not enough non-option arguments.*$/, "say the company's name, for instance: fleet new acme");

/** Errors are one line, whoever throws them. */
async function main(): Promise<void> {
  const args = hideBin(process.argv);
  try {
    await parser(args).parseAsync();
  } catch (error) {
    // A line that is half typed is no mistake, and a shell would show it amid the line.
    if (isCompletion(args)) return;
    const message = error instanceof Error ? error.message : String(error);
    console.error(`${coloursOf(process.stderr).red("error:")} ${inOneLine(message)}`);
    process.exitCode = EXIT_CODES.error;
  }
}

void main();
