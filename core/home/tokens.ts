/**
 * Bearer tokens: 256 random bits each, kept only as SHA-256. A token says who may send; signatures
 * alone decide what is accepted. The file is read at each use, so a revocation works at once.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { fault, TufOnGitError } from '../error/error.ts';
import { inTurn } from './in-turn.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

/**
 * What a token is for: pushes over HTTP, uploads of target files, changes through the API, events by
 * their name or all of them (`event:*`), files of a role that the server signs.
 */
export type TokenScope =
  'git:push' | 'blob:put' | 'change:submit' | `event:${string}` | `online:${string}`;

const scopeForm =
  /^(git:push|blob:put|change:submit|event:(\*|[A-Za-z0-9][A-Za-z0-9._-]{0,63})|online:[^/\s]{1,100})$/;

const scopeSchema = z.custom<TokenScope>(
  (value) => typeof value === 'string' && scopeForm.test(value),
  'scopes are git:push, blob:put, change:submit, event:NAME or event:*, online:ROLE',
);

const tokenSchema = z.strictObject({
  /** Who holds it: appears in the log of pushes. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, ._- only'),
  scopes: z.array(scopeSchema).min(1, 'a token needs a scope'),
  /** Beginnings of target paths that changes through the API must keep to; none: any path. */
  prefixes: z.array(z.string().min(1, 'a prefix is not empty')).default([]),
  created: z.iso.datetime(),
  expires: z.iso.datetime(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const fileSchema = z.strictObject({ format: z.literal(1), tokens: z.array(tokenSchema) });

export type TokenRecord = Readonly<z.infer<typeof tokenSchema>>;

/** Longest life of a token. */
const maxTokenDays = 90;
const dayMs = 86_400_000;

export interface WantedToken {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly prefixes?: readonly string[];
  readonly expires: Date;
  readonly now: Date;
}

/**
 * Adds a token and returns its text, which is stored nowhere.
 * @throws `home.token` when the name is taken, something is malformed, or the life too long;
 *   `home.locked` when others do not come to an end with the file
 */
export async function addToken(file: string, wanted: WantedToken): Promise<string> {
  const text = `tog_${randomBytes(32).toString('base64url')}`;
  const record = recordOf(wanted, text);
  await inTurn(file, async () => {
    const tokens = await listTokens(file);
    if (tokens.some(({ name }) => name === record.name)) throw nameTaken(record.name);
    await writeTokens(file, [...tokens, record]);
  });
  return text;
}

function recordOf(wanted: WantedToken, text: string): TokenRecord {
  const { name, now, expires } = wanted;
  const lifeMs = expires.getTime() - now.getTime();
  if (!(lifeMs > 0 && lifeMs <= maxTokenDays * dayMs)) {
    throw fault('home.token', name, `a token lives ${maxTokenDays} days at most, from now on`);
  }
  const record = tokenSchema.safeParse({
    name,
    scopes: wanted.scopes,
    prefixes: wanted.prefixes ?? [],
    created: now.toISOString(),
    expires: expires.toISOString(),
    sha256: digest(text).toString('hex'),
  });
  if (!record.success) {
    throw fault('home.token', name, record.error.issues[0]?.message ?? 'does not fit');
  }
  return record.data;
}

function nameTaken(name: string) {
  return fault('home.token', name, 'there is a token of that name', {
    hint: `revoke it first: tuf-on-git token revoke HOME ${name}`,
  });
}

/** All tokens, expired ones included. No file means none. */
export async function listTokens(file: string): Promise<readonly TokenRecord[]> {
  try {
    return (await readJsonFile(file, fileSchema)).tokens;
  } catch (error) {
    if (error instanceof TufOnGitError && error.code === 'home.missing') return [];
    throw error;
  }
}

/** @throws `home.token` when there is none of that name; `home.locked` as `addToken` */
export async function revokeToken(file: string, name: string): Promise<void> {
  await inTurn(file, async () => {
    const tokens = await listTokens(file);
    const left = tokens.filter((token) => token.name !== name);
    if (left.length === tokens.length) throw fault('home.token', name, 'there is no such token');
    await writeTokens(file, left);
  });
}

/** The token that `text` is, when it is known and unexpired; compared in constant time. */
export async function findToken(
  file: string,
  text: string,
  now: Date,
): Promise<TokenRecord | undefined> {
  const presented = digest(text);
  const matches = (await listTokens(file)).filter((token) =>
    timingSafeEqual(Buffer.from(token.sha256, 'hex'), presented),
  );
  return matches.find((token) => now < new Date(token.expires));
}

export function hasScope({ scopes }: TokenRecord, wanted: TokenScope): boolean {
  return scopes.includes(wanted) || (wanted.startsWith('event:') && scopes.includes('event:*'));
}

/** Whether a change through the API may touch this target path. */
export function mayTouch({ prefixes }: Pick<TokenRecord, 'prefixes'>, targetPath: string): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => targetPath.startsWith(prefix));
}

async function writeTokens(file: string, tokens: readonly TokenRecord[]): Promise<void> {
  await writeJsonFile(file, { format: 1, tokens }, 0o600);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
