/** The shells that there are completions for. */
export const SHELLS = ["bash", "zsh"] as const;
export type Shell = (typeof SHELLS)[number];

/** What the scripts call the program with, before the words of the line. */
export const ASKED = "--get-yargs-completions";

/**
 * Each hands over the words up to the cursor, an option and its value always as two; where the program has nothing to offer,
 * it offers files. yargs goes by SHELL, which says the login shell, not the one that asks. What the program writes is never
 * run or expanded: there are names from a backend and a folder in it.
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
