import type { Command } from 'commander';
import { wholeNumber } from './arguments.ts';

/** The options by which a command that sends something is told of a bearer token. */
export function addTokenOptions(command: Command): Command {
  return command
    .option('--token-file <file>', 'token for a server that is reached over HTTP')
    .option('--token-fd <number>', 'the same, from a file descriptor', wholeNumber(0));
}
