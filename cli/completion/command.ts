import type { Argv, CommandModule } from "yargs";
import type { OptionsOf } from "../stacks/choose";
import { SCRIPTS, type Shell, SHELLS } from "./scripts";

const builder = (parser: Argv<object>) =>
  parser
    .positional("shell", {
      choices: SHELLS,
      default: loginShell(),
      defaultDescription: "your login shell",
      describe: "The shell",
    })
    .example("$0 completion bash >> ~/.bashrc", "for bash")
    .example("$0 completion zsh >> ~/.zshrc", "for zsh, after compinit");

export type CompletionOptions = OptionsOf<typeof builder>;

/** `ocis-pocket-id completion`: a script with which a shell completes verbs, options, stacks and companies. */
export const completion: CommandModule<object, CompletionOptions> = {
  command: "completion [shell]",
  describe: "Print a completion script: `completion bash` or `completion zsh`",
  builder,
  handler({ shell }) {
    process.stdout.write(SCRIPTS[shell]);
  },
};

function loginShell(): Shell {
  return process.env["SHELL"]?.endsWith("zsh") === true ? "zsh" : "bash";
}
