/** The options of `sign` for keys that are not at hand. */
import type { Command } from 'commander';
import { fault } from '../../core/error/error.ts';
import { collect } from './arguments.ts';

export interface OfflineOptions {
  readonly attach?: readonly string[];
  readonly role?: string;
}

export function addOfflineOptions(command: Command): Command {
  return command
    .option(
      '--attach <keyid=signature>',
      'add a signature that another tool made: hex, over the exact bytes (repeatable)',
      collect,
    )
    .option('--role <name>', 'the role that it is for, where one key may sign several');
}

/** Which way of signing the options ask for. @throws `usage.argument` for options that go not together */
export function wayOf({ attach, role }: OfflineOptions): 'here' | 'attach' {
  if (attach !== undefined) return 'attach';
  if (role === undefined) return 'here';
  throw fault('usage.argument', '--role', 'it says which role --attach is for');
}
