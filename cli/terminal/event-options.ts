import type { Command } from 'commander';
import type { TokenOptions } from '../workspace/token.ts';
import { addTokenOptions } from './token-options.ts';

export interface EventOptions extends TokenOptions {
  readonly event?: string;
  readonly yes?: true;
}

/** The options by which a command that drafts goes the whole way: it signs, and asks the others. */
export function addEventOptions(command: Command): Command {
  return addTokenOptions(
    command
      .option('--event <name>', 'sign it with your keys too, and send it as a signing event')
      .option('--yes', 'with --event: sign what is shown without being asked'),
  );
}
