# bash completion for tuf-on-git: asks the program itself, so it is never older than that.

_tuf_on_git() {
  # The words of bash are cut at ":" and "=" too; these are cut at blanks only.
  local line=${COMP_LINE:0:COMP_POINT} paths='' word
  local -a words
  read -a words <<<"$line"
  [[ $line == *[[:space:]] && $line != *\\[[:space:]] ]] && words+=('')
  local typed=${words[${#words[@]} - 1]}
  # What comes before bash's own word stays in the line, and so must not be in the answer.
  local kept=${typed%"$2"}
  COMPREPLY=()
  while IFS= read -r word; do
    if [[ -z $paths ]]; then
      paths=$word
    else
      word=${word%% *}
      COMPREPLY+=("${word#"$kept"}")
    fi
  done < <(command tuf-on-git complete -- "${words[@]:1}" 2>/dev/null)
  # The bash of macOS has no compopt: it offers files wherever there is nothing else.
  case $paths in
    files) ;;
    folders) compopt +o default -o dirnames 2>/dev/null ;;
    *) compopt +o default 2>/dev/null ;;
  esac
}

complete -o default -F _tuf_on_git tuf-on-git
