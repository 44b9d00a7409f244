/** The bearer token for pushes over HTTP: from a file or descriptor, kept (0600) when told at clone. */
import { readFileSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { replaceDurably } from '../../core/files/durable-file.ts';
import { fault } from '../../core/error/error.ts';
import { hasCode } from '../../core/error/system-error.ts';
import type { Output } from '../terminal/output.ts';

export interface TokenOptions {
  readonly tokenFile?: string;
  readonly tokenFd?: number;
}

/**
 * The token that the options name, if any.
 * @param out warned when others can read the file too
 * @throws `usage.argument` when there is no token to be read
 */
export async function givenToken(
  { tokenFile, tokenFd }: TokenOptions,
  cwd: string,
  out: Pick<Output, 'warn'>,
): Promise<string | undefined> {
  if (tokenFile !== undefined && tokenFd !== undefined) {
    throw fault('usage.argument', '--token-fd', '--token-file names a token already');
  }
  if (tokenFd !== undefined) return checked(readText(tokenFd), `descriptor ${tokenFd}`);
  if (tokenFile === undefined) return undefined;
  const file = path.resolve(cwd, tokenFile);
  const token = checked(readText(file), file);
  const isOpen = process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0;
  if (isOpen) out.warn(`${file} can be read by others: chmod 600 ${file}`);
  return token;
}

/** The token that `clone` was given, or undefined. */
export async function storedToken(stateDir: string): Promise<string | undefined> {
  const file = tokenPath(stateDir);
  try {
    return checked(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export async function storeToken(stateDir: string, token: string): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  await replaceDurably(tokenPath(stateDir), `${token}\n`, 0o600);
}

function tokenPath(stateDir: string): string {
  return path.join(stateDir, 'token');
}

function readText(source: string | number): string {
  try {
    return readFileSync(source, 'utf8');
  } catch (cause) {
    throw fault('usage.argument', `token ${source}`, 'the token cannot be read', { cause });
  }
}

function checked(text: string, where: string): string {
  const token = text.trim();
  // What an HTTP header carries, RFC 6750 §2.1.
  if (/^[A-Za-z0-9._~+/=-]{1,4096}$/.test(token)) return token;
  throw fault('usage.argument', where, 'there is no token in it: one line of letters and digits');
}
