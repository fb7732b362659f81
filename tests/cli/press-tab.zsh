# Types each argument into an interactive zsh of its own and presses Tab. Prints for each what the line has become, and after it
# what was offered, with `|` between.
zmodload zsh/zpty
export seen=$(mktemp)
export setup='
  PS1= RPS1= ; unset zle_bracketed_paste
  autoload -Uz compinit && compinit -D -u
  eval "$(ocis-pocket-id completion zsh)"
  compadd() { local -a found; builtin compadd -O found "$@"; print -rn -- "${(@)found/%/|}" >> $seen; builtin compadd "$@" }
  report() { print -r -- "$BUFFER"; print -r -- "[$BUFFER]$(<$seen)" > $seen; BUFFER=; print "<reported>" }
  zle -N report; bindkey "^X" report; bindkey "^I" complete-word
  print "<ready>"'
zpty tabs zsh -f -i
zpty -w tabs 'eval "$setup"'
zpty -r tabs said '*<ready>*'
for line in "$@"; do
  : > $seen
  zpty -n -w tabs "$line"$'\t\x18'
  zpty -r tabs said '*<reported>*'
  cat $seen
done
zpty -d tabs
rm -f $seen
