import type { Command } from 'commander';
import { topics } from '../help/topics.ts';
import { complete, type Completion } from './complete.ts';

/** Behind `help`: commands, as if they were to be run, and topics; no options, and no values of either. */
export function completeHelp(
  program: Command,
  before: readonly string[],
  current: string,
): Completion {
  const { candidates } = complete(program, before, current);
  const commands = current.startsWith('-')
    ? []
    : candidates.filter(({ meaning }) => meaning !== '');
  const named = Object.entries(topics).filter(([name]) => name.startsWith(current));
  const asTopics = named.map(([word, { about }]) => ({ word, meaning: about }));
  return { paths: 'none', candidates: [...commands, ...(before.length === 0 ? asTopics : [])] };
}
