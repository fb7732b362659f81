import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { CommandModule } from "yargs";
import { companyNameProblem, FLEET_FOLDER, projectFolder, stackFilesIn } from "./stacks/files";

type Shell = "bash" | "zsh";

const LOGIN_SHELL: Shell = process.env["SHELL"]?.endsWith("zsh") === true ? "zsh" : "bash";

/** `ocis-pocket-id completion`: a script with which a shell completes verbs, options, stacks and companies. */
export const completion: CommandModule<object, { shell: Shell }> = {
  command: "completion [shell]",
  describe: "Print a completion script: `completion bash` or `completion zsh`",
  builder: (parser) =>
    parser
      .positional("shell", {
        choices: ["bash", "zsh"] as const,
        default: LOGIN_SHELL,
        defaultDescription: "your login shell",
        describe: "The shell",
      })
      .example("$0 completion bash >> ~/.bashrc", "for bash")
      .example("$0 completion zsh >> ~/.zshrc", "for zsh, after compinit"),
  handler({ shell }) {
    process.stdout.write(SCRIPTS[shell]);
  },
};

/** The first argument with which the scripts call the program; the words of the line follow. */
const ASKED = "--get-yargs-completions";

/**
 * Unlike those of yargs, these scripts print no errors, split `--option=value`, offer files if the program offers nothing, and set
 * SHELL, by which yargs chooses its format, to the running shell instead of the login shell. The program's output is never run or
 * expanded, because it contains names from folders.
 */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `###-begin-ocis-pocket-id-completions-###
_ocis_pocket_id_completions() {
  local word current="\${COMP_WORDS[COMP_CWORD]}"
  local -a words=()
  for word in "\${COMP_WORDS[@]:0:COMP_CWORD}"; do
    if [ "$word" != "=" ]; then words+=("$word"); fi
  done
  if [ "$current" = "=" ]; then current=""; fi
  COMPREPLY=()
  while IFS= read -r word; do
    if [[ "$word" == "$current"* ]]; then COMPREPLY+=("$word"); fi
  done < <(SHELL=bash ocis-pocket-id ${ASKED} "\${words[@]}" "$current" 2>/dev/null)
}
complete -o bashdefault -o default -F _ocis_pocket_id_completions ocis-pocket-id
###-end-ocis-pocket-id-completions-###
`,
  zsh: `#compdef ocis-pocket-id
###-begin-ocis-pocket-id-completions-###
_ocis-pocket-id() {
  local -a asked reply
  asked=("\${(@Q)words[1,CURRENT]}")
  if [[ $asked[-1] == --*=* ]]; then
    asked=("\${(@)asked[1,-2]}" "\${asked[-1]%%=*}" "\${asked[-1]#*=}")
    compset -P '*='
  fi
  reply=("\${(@f)$(SHELL=zsh ocis-pocket-id ${ASKED} "\${(@)asked}" 2>/dev/null)}")
  if [[ -n $reply[1] ]]; then _describe ocis-pocket-id reply; else _files; fi
}
if [[ $funcstack[1] == _ocis-pocket-id ]]; then _ocis-pocket-id "$@"; else compdef _ocis-pocket-id ocis-pocket-id; fi
###-end-ocis-pocket-id-completions-###
`,
};

/** Whether a shell requests completions. */
export const isCompletion = (args: readonly string[]): boolean => args.includes(ASKED);

/** Completes stack names after `--stack` and companies after `fleet up`, for instance; yargs completes everything else. */
export function completeWords(
  current: string,
  argv: Readonly<Record<string, unknown>>,
  byDefault: (onCompleted?: (error: Error | null, completions: string[] | undefined) => void) => unknown,
  done: (completions: string[]) => void,
): void {
  // The last word is still being typed.
  const words = process.argv.slice(process.argv.indexOf(ASKED) + 2, -1);
  const offer = (names: readonly string[]) => {
    const fits = (name: string) => name.startsWith(current) && !words.includes(name);
    done(names.filter((name) => fits(name) && companyNameProblem(name) === undefined));
  };
  const { cwd, directory } = argv;
  const isOption = current.startsWith("-");
  const option = words.findLast((word) => word.startsWith("-"));
  if (!isOption && (option === "--stack" || option === "-s")) {
    void stackNames(cwd).then(offer);
  } else if (!isOption && isCompany(words)) {
    const isGiven = typeof directory === "string";
    void namesIn(isGiven ? folderOf(directory) : join(folderOf(cwd), FLEET_FOLDER)).then(offer);
  } else {
    const [, name] = /^-+(.*)/.exec(words.at(-1) ?? "") ?? [];
    const isValue = !isOption && name !== undefined && typeof argv[name] !== "boolean";
    byDefault((_error, completions = []) => {
      done(completions.filter((word) => !(isValue ? /^-/ : SHORT).test(word)));
    });
  }
}

/** Short options, which have long equivalents. */
const SHORT = /^--?[a-z](:|$)/;

/**
 * Stacks with a file next to Pulumi.yaml or in the fleet's folder. A backend can have more, but reading it would start the engine
 * at each press of a key. Completion prints no errors: then it has nothing to offer.
 */
async function stackNames(cwd: unknown): Promise<string[]> {
  try {
    const project = projectFolder(resolve(folderOf(cwd)));
    const names = await Promise.all([project, join(project, FLEET_FOLDER)].map(namesIn));
    return [...new Set(names.flat())].sort();
  } catch {
    return [];
  }
}

/** Whether a company's name comes next: not after an option, which can need a value. */
function isCompany([verb, operation = "", ...more]: readonly string[]): boolean {
  const operations = ["preview", "up", "refresh", "destroy"];
  return verb === "fleet" && operations.includes(operation) && more.at(-1)?.startsWith("-") !== true;
}

/** Names with a stack file in a folder: none if it can't be read. */
const namesIn = (folder: string): Promise<string[]> =>
  stackFilesIn(folder).then(
    (files) => [...files.keys()],
    () => [],
  );

/** The shell doesn't expand `~`. */
function folderOf(word: unknown): string {
  return typeof word === "string" ? word.replace(/^~(?=\/|$)/, homedir()) : process.cwd();
}
