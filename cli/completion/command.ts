import type { CommandModule } from "yargs";
import { SCRIPTS, type Shell, SHELLS } from "./scripts";

/** What `completion` is told. */
export interface CompletionOptions {
  readonly shell: Shell;
}

/** `ocis-pocket-id completion`: a script with which a shell completes verbs, options, stacks and companies. */
export const completion: CommandModule<object, CompletionOptions> = {
  command: "completion [shell]",
  describe: "Print a completion script: `completion bash` or `completion zsh`",
  builder: (parser) =>
    parser
      .positional("shell", {
        choices: SHELLS,
        default: loginShell(),
        defaultDescription: "your login shell",
        describe: "Which shell's",
      })
      .example("$0 completion bash >> ~/.bashrc", "for bash")
      .example("$0 completion zsh >> ~/.zshrc", "for zsh, after compinit"),
  handler({ shell }) {
    process.stdout.write(SCRIPTS[shell]);
  },
};

function loginShell(): Shell {
  return process.env["SHELL"]?.endsWith("zsh") === true ? "zsh" : "bash";
}
