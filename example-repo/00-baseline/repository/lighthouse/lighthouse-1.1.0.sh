#!/bin/sh
# lighthouse 1.1.0: a light of its own rhythm, as "long short short"
for flash in "${@:-long}"; do
  case $flash in
    long) printf '*** ' && sleep 3 ;;
    short) printf '* ' && sleep 1 ;;
    *) printf 'lighthouse: %s is neither long nor short\n' "$flash" >&2 && exit 2 ;;
  esac
done
printf '\n'
