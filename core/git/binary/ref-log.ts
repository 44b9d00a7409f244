import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObjectId, type ObjectId } from '../object-id.ts';
import { git, type GitRepository } from './git-command.ts';

/** One move of a ref, as its log has it. */
export interface RefLogLine {
  /** Where the ref went. */
  readonly oid: ObjectId;
  /** To the second. What came past the hook, over a local path, may say what it likes. */
  readonly time: Date;
  /** The account or token that moved it. */
  readonly by: string;
}

/** The log of a ref that exists, oldest first. */
export async function readRefLog(repository: GitRepository, ref: string): Promise<RefLogLine[]> {
  return (await readLogFile(repository, ref)) ?? (await askForLog(repository, ref));
}

/** A line of the log as a file (files ref format): old and new place, who, when, and why. */
const line = /^[0-9a-f]{40} ([0-9a-f]{40}) (.*) <[^>]*> (\d+) [-+]\d{4}(?:\t|$)/;

/** Undefined where there is none, or one that is not all of such lines: that is git's to say. */
async function readLogFile({ dir }: GitRepository, ref: string): Promise<RefLogLine[] | undefined> {
  const text = await readFile(join(dir, 'logs', ref), 'utf8').catch(() => '');
  const found: RefLogLine[] = [];
  for (const each of text.split('\n').filter(Boolean)) {
    const [, oid = '', by = '', seconds = ''] = line.exec(each) ?? [];
    if (!isObjectId(oid)) return undefined;
    found.push({ oid, time: new Date(Number(seconds) * 1000), by });
  }
  return found.length === 0 ? undefined : found;
}

async function askForLog(repository: GitRepository, ref: string): Promise<RefLogLine[]> {
  const format = '--format=%H%x00%gd%x00%gn';
  const output = await git(repository, ['log', '-g', '--date=unix', format, ref, '--']);
  const lines = output.toString('utf8').split('\n').filter(Boolean);
  return lines.reverse().flatMap((line) => {
    const [oid = '', selector = '', by = ''] = line.split('\0');
    const seconds = /@\{(\d+)\}$/.exec(selector)?.[1];
    if (!isObjectId(oid) || seconds === undefined) return [];
    return [{ oid, time: new Date(Number(seconds) * 1000), by }];
  });
}
