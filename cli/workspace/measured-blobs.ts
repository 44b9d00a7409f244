/**
 * The server's blob store, of which nothing is believed: what a role lists there was hashed here, when
 * it was sent from this workspace or else by fetching it.
 */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { hasCode } from '../../core/error/system-error.ts';
import type { FileDescription } from '../../core/metadata/draft.ts';
import type { TargetBlobs } from '../../core/rules/state.ts';
import { hasBlob, readBlob } from '../server/read-blob.ts';
import type { ServerApi } from '../server/api.ts';
import type { Project } from './project.ts';

/** Undefined for a repository without a server's API. */
export function measuredBlobs({
  server,
  git,
}: Pick<Project, 'server' | 'git'>): TargetBlobs | undefined {
  if (server === undefined) return undefined;
  return {
    find: async (sha256) => {
      const known = (await measuredHere(git.stateDir)).get(sha256);
      if (known !== undefined && (await hasBlob(server, sha256))) return { length: known };
      const length = await measure(server, sha256);
      if (length === undefined) return undefined;
      await rememberBlob(git.stateDir, { length, sha256 });
      return { length };
    },
    stream: (sha256) => contentOf(server, sha256),
  };
}

/** Notes a file that was hashed here. */
export async function rememberBlob(
  stateDir: string,
  { length, sha256 }: FileDescription,
): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  await appendFile(memoryFile(stateDir), `${sha256} ${length}\n`);
}

async function measuredHere(stateDir: string): Promise<ReadonlyMap<string, number>> {
  const text = await readFile(memoryFile(stateDir), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  });
  const lines = text.matchAll(/^([0-9a-f]{64}) (\d{1,15})$/gm);
  return new Map(Array.from(lines, ([, sha256 = '', length]) => [sha256, Number(length)]));
}

function memoryFile(stateDir: string): string {
  return path.join(stateDir, 'measured-blobs');
}

/** @throws `target.hash` when the server sends something else under that name */
async function measure(server: ServerApi, sha256: string): Promise<number | undefined> {
  const content = await readBlob(server, sha256);
  if (content === undefined) return undefined;
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    length += chunk.length;
  }
  if (hash.digest('hex') === sha256) return length;
  throw fault(
    'target.hash',
    `blob ${sha256.slice(0, 12)}`,
    'the server sent another file under this hash',
  );
}

async function* contentOf(server: ServerApi, sha256: string): AsyncGenerator<Uint8Array> {
  const content = await readBlob(server, sha256);
  if (content === undefined) {
    throw fault('target.missing', `blob ${sha256.slice(0, 12)}`, 'the server has it no more');
  }
  yield* content;
}
