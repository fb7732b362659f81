export const SHELLS = ["bash", "zsh"] as const;
export type Shell = (typeof SHELLS)[number];

/** The first argument with which the scripts call the program; the words of the line follow. */
export const ASKED = "--get-yargs-completions";

/**
 * Unlike those of yargs, these scripts print no errors, split `--option=value`, offer files if the program offers nothing, and set
 * SHELL, by which yargs chooses its format, to the running shell instead of the login shell. The program's output is never run or
 * expanded, because it contains names from folders.
 */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
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
