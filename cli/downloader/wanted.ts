import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fault } from '../../core/error/error.ts';
import type { Cli } from '../terminal/cli.ts';

/**
 * What is wanted: the arguments, and the lines of the file that `--from` names (`-`: standard input).
 * @throws `usage.argument` when the file cannot be read, or nothing is wanted at all
 */
export async function allWanted(
  cli: Cli,
  named: readonly string[],
  from: string | undefined,
): Promise<readonly string[]> {
  const listed = from === undefined ? [] : linesOf(await readList(cli, from));
  const wanted = [...new Set([...named, ...listed])];
  if (wanted.length > 0) return wanted;
  throw fault('usage.argument', from ?? 'WANTED', 'it names nothing to get', {
    hint: 'name a target path or PROJECT[/PRODUCT][=VERSION]; tuf-on-git list shows what there is',
  });
}

async function readList(cli: Cli, from: string): Promise<string> {
  try {
    return await (from === '-'
      ? text(process.stdin)
      : readFile(path.resolve(cli.cwd, from), 'utf8'));
  } catch (cause) {
    throw fault('usage.argument', from, 'the list cannot be read', { cause });
  }
}

function linesOf(list: string): readonly string[] {
  return list.split(/\r?\n/).filter((line) => line.trim() !== '');
}
