/**
 * The gate: git runs it before any ref moves (githooks(5)), with the objects of the push in
 * quarantine. It writes nothing and moves nothing. Whatever goes wrong in it refuses the push.
 *
 * Arguments: `--pinned-root FILE [--online-keys FILE] [--blobs FOLDER]`, set by the wrapper that `install` writes.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openBlobStore } from '../core/blobs/blob-store.ts';
import { fault, line, TufOnGitError, visible, type Finding } from '../core/error/error.ts';
import { judgePush } from '../core/gate/push.ts';
import { openBareRepository } from '../core/git/binary/bare-repository.ts';
import { parseDocument } from '../core/metadata/document.ts';
import { parseKey, type KeyJson, type PublicKey } from '../core/metadata/keys.ts';
import type { RefChange } from '../core/rules/ref-rules.ts';

const maxFindings = 20;
const maxColumns = 100;
const prefix = 'tuf-on-git: ';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'pinned-root': { type: 'string' },
      'online-keys': { type: 'string' },
      blobs: { type: 'string' },
    },
  });
  const pinnedFile = values['pinned-root'];
  if (pinnedFile === undefined) throw fault('git.unable', 'the hook', 'no root is pinned');
  const repository = openBareRepository(process.cwd(), { quarantine: process.env });
  try {
    const { refusals, notices } = await judgePush(repository, parseChanges(await readInput()), {
      pinnedRoot: parseDocument('root', await readFile(pinnedFile), 'the pinned root'),
      onlineKeys: await readOnlineKeys(values['online-keys']),
      ...(values.blobs === undefined ? {} : { blobs: openBlobStore(values.blobs) }),
      receivedAt: new Date(),
    });
    for (const notice of notices.slice(0, maxFindings)) report('notice', notice);
    for (const refusal of refusals.slice(0, maxFindings)) report('refused', refusal);
    const more = refusals.length - maxFindings;
    if (more > 0) say(`refused for ${more} more reasons`);
    return refusals.length === 0 ? 0 : 1;
  } finally {
    await repository.close();
  }
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parseChanges(input: string): readonly RefChange[] {
  const lines = input.split('\n').filter((text) => text !== '');
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
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const keys = JSON.parse(text) as KeyJson[];
  return keys.map((key) => parseKey(key));
}

/** One line each where it fits; else message and hint follow on lines of their own. */
function report(verb: 'refused' | 'notice', found: Finding): void {
  const { code, where, message, hint } = found;
  const forms = [
    [line(found)],
    [line({ code, where, message }), hint],
    [`[${code}] ${visible(where)}:`, message, hint],
  ];
  const fitting = forms.find(([first = '']) => `${prefix}${verb} ${first}`.length <= maxColumns);
  const [first = '', ...more] = fitting ?? forms.at(-1) ?? [];
  say(`${verb} ${first}`);
  for (const text of more) if (text !== undefined) say(`  ${visible(text)}`);
}

function say(text: string): void {
  const whole = `${prefix}${text}`;
  const cut = whole.length > maxColumns ? `${whole.slice(0, maxColumns - 1)}…` : whole;
  process.stderr.write(`${cut}\n`);
}

function unable(error: unknown): void {
  if (error instanceof TufOnGitError) {
    report('refused', error);
    return;
  }
  say('refused [git.unable] the hook: it could not judge the push; tell the operator');
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    unable(error);
    process.exitCode = 1;
  },
);
