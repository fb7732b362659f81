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

/** The program `ocis-pocket-id`: one line a verb. A verb loads what it needs when it runs, so that `--help` is quick. */
const parser = (args: readonly string[]) =>
  yargs(args)
    .scriptName("ocis-pocket-id")
    .usage("$0 VERB [options]\n\nLooks after stacks of oCIS with Pocket ID logins.")
    .command(drift)
    .command(doctor)
    .command(fleet)
    .command(diagram)
    .demandCommand(1, "say what to do: one of the verbs of --help")
    .strict()
    .command(completion)
    // yargs prints its own script at that word; ours is printed by the command.
    .completion("yargs-completion", false, completeWords)
    .epilogue(EXIT_CODES_IN_WORDS)
    .locale("en")
    .wrap(Math.min(110, process.stdout.isTTY ? process.stdout.columns : 100))
    .version()
    .fail(false);

/** Errors are one line, whoever throws them. */
async function main(): Promise<void> {
  const args = hideBin(process.argv);
  try {
    await parser(args).parseAsync();
  } catch (error) {
    // A line that is half typed is no mistake, and a shell would show it amid the line.
    if (isCompletion(args)) return;
    const message = error instanceof Error ? error.message : String(error);
    // What yargs says of a value that is no choice has a line more than others.
    console.error(`${coloursOf(process.stderr).red("error:")} ${message.replace(/^Invalid values:\s+/, "")}`);
    process.exitCode = EXIT_CODES.error;
  }
}

void main();
