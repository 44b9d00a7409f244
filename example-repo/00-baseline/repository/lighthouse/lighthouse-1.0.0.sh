#!/bin/sh
# lighthouse 1.0.0: one flash for every second that is asked for
flashes=${1:-3}
while [ "$flashes" -gt 0 ]; do
  printf '* '
  sleep 1
  flashes=$((flashes - 1))
done
printf '\n'
