/**
 * The gate: git runs it before any ref moves (githooks(5)), with the objects of the push in
 * quarantine. It writes nothing and moves nothing. The push is refused unless a verdict lets it in:
 * until there is one, the status is another than 0.
 *
 * Arguments: `--pinned-root FILE [--online-keys FILE] [--blobs FOLDER] [--config FILE]
 * [--deadline-seconds N]`, set by the wrapper that `install.ts` writes. Status 0: the push may go on;
 * `refusedStatus`: it may not, and the pusher knows why; any other: there is no verdict, and stderr tells
 * the operator why.
 */
import { readFile } from 'node:fs/promises';
import { inspect, parseArgs } from 'node:util';
import { openBlobStore } from '../core/blobs/blob-store.ts';
import { fault, TufOnGitError, type Finding } from '../core/error/error.ts';
import { hasCode } from '../core/error/system-error.ts';
import { judgePush } from '../core/gate/push.ts';
import { openBareRepository } from '../core/git/binary/bare-repository.ts';
import { parseDocument } from '../core/metadata/document.ts';
import { isObject, type JsonValue } from '../core/metadata/json.ts';
import { parseKey, type KeyJson, type PublicKey } from '../core/metadata/keys.ts';
import { readLimits, type Limits } from '../core/metadata/limits.ts';
import type { RefChange } from '../core/rules/ref-rules.ts';
import { startDeadline, usualDeadlineSeconds } from './deadline.ts';
import { report, say, sayWrapped } from './say.ts';
import { noVerdictStatus, refusedStatus } from './statuses.ts';

const maxFindings = 20;

async function main(): Promise<number> {
  const settings = readSettings();
  const repository = openBareRepository(process.cwd(), {
    quarantine: process.env,
    signal: settings.deadline,
  });
  try {
    const verdict = await judgePush(repository, parseChanges(await readInput()), {
      pinnedRoot: parseDocument('root', await readFile(settings.pinnedRoot), 'the pinned root'),
      onlineKeys: await readOnlineKeys(settings.onlineKeys),
      ...(settings.blobs === undefined ? {} : { blobs: openBlobStore(settings.blobs) }),
      limits: await readGateLimits(settings.config),
      receivedAt: new Date(),
      logDate: process.env['GIT_COMMITTER_DATE'],
    });
    const { refusals, notices, lines = [] } = verdict;
    reportFirst('notice', notices);
    reportFirst('refused', refusals);
    for (const text of abridged(lines)) sayWrapped(text);
    return refusals.length === 0 ? 0 : refusedStatus;
  } finally {
    await repository.close();
  }
}

function reportFirst(verb: 'notice' | 'refused', findings: readonly Finding[]): void {
  for (const found of findings.slice(0, maxFindings)) report(verb, found);
  const more = findings.length - maxFindings;
  if (more <= 0) return;
  say(verb === 'refused' ? `refused for ${more} more reasons` : `and ${more} more notices`);
}

function readSettings() {
  const { values } = parseArgs({
    options: {
      'pinned-root': { type: 'string' },
      'online-keys': { type: 'string' },
      blobs: { type: 'string' },
      config: { type: 'string' },
      'deadline-seconds': { type: 'string' },
    },
  });
  const { 'pinned-root': pinnedRoot, 'online-keys': onlineKeys, blobs, config } = values;
  if (pinnedRoot === undefined) throw fault('git.unable', 'the hook', 'no root is pinned');
  const seconds = Number(values['deadline-seconds'] ?? usualDeadlineSeconds);
  if (!(seconds > 0)) throw fault('git.unable', 'the hook', 'its deadline is no number of seconds');
  return { pinnedRoot, onlineKeys, blobs, config, deadline: startDeadline(seconds) };
}

/** Of the daemon's settings only `gate` is the hook's: the daemon checks the others. */
async function readGateLimits(file: string | undefined): Promise<Limits> {
  if (file === undefined) return {};
  const json = JSON.parse(await readFile(file, 'utf8')) as JsonValue;
  return readLimits(isObject(json) ? json['gate'] : undefined, 'config.json#/gate');
}

/** The last line says what comes next. */
function abridged(lines: readonly string[]): readonly string[] {
  const left = lines.length - maxFindings;
  if (left <= 0) return lines;
  return [...lines.slice(0, maxFindings - 1), `and ${left} lines more`, ...lines.slice(-1)];
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parseChanges(input: string): readonly RefChange[] {
  const lines = input.split('\n').filter((text) => text !== '');
  if (lines.length === 0) throw fault('git.unable', 'the hook', 'git named no ref');
  return lines.map((text) => {
    const match = /^([0-9a-f]+) ([0-9a-f]+) (.+)$/.exec(text);
    if (match === null) throw fault('git.unable', 'the hook', 'git said something unknown');
    const [, from = '', to = '', ref = ''] = match;
    return { from, to, ref };
  });
}

/** The daemon writes them when its signer answers; before that first time nobody can know them. */
async function readOnlineKeys(file: string | undefined): Promise<PublicKey[] | undefined> {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  const keys = JSON.parse(text) as KeyJson[];
  return keys.map((key) => parseKey(key));
}

/** A fault that the pusher may be told of; the operator reads it too, with all that led to it. */
function unable(error: unknown): number {
  process.stderr.write(`${inspect(error)}\n`);
  if (!(error instanceof TufOnGitError)) return noVerdictStatus;
  report('refused', error);
  return refusedStatus;
}

process.exitCode = noVerdictStatus;
main().then(end, (error: unknown) => {
  end(unable(error));
});

function end(status: number): void {
  process.exitCode = status;
}
