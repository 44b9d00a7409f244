#compdef tuf-on-git
# zsh completion for tuf-on-git: asks the program itself, so it is never older than that.

_tuf-on-git() {
  local -a lines offered
  local line word
  lines=("${(@f)$(command tuf-on-git complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  for line in "${(@)lines[2,-1]}"; do
    word=${line%% *}
    if [[ $line == *' '* ]]; then
      offered+=("${word//:/\\:}:${line#* }")
    else
      offered+=("${word//:/\\:}")
    fi
  done
  if (( $#offered )); then
    _describe -V tuf-on-git offered
    return
  fi
  # A path may stand behind "file:", and behind the "=" of an option.
  compset -P '--*='
  compset -P 'file:'
  case $lines[1] in
    files) _files ;;
    folders) _files -/ ;;
    *) return 1 ;;
  esac
}

# Read by compinit as a file of its own, or sourced.
if [[ $funcstack[1] == _tuf-on-git ]]; then
  _tuf-on-git "$@"
else
  compdef _tuf-on-git tuf-on-git
fi
