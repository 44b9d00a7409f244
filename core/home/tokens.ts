/**
 * Bearer tokens: 256 random bits each, kept only as SHA-256. A token says who may send; signatures
 * alone decide what is accepted. The file is read at each use, so a revocation works at once.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { fault, TufOnGitError } from '../error/error.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

const scopes = ['git:push'] as const;
export type TokenScope = (typeof scopes)[number];

const tokenSchema = z.strictObject({
  /** Who holds it: appears in the log of pushes. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, ._- only'),
  scopes: z.array(z.enum(scopes)),
  created: z.iso.datetime(),
  expires: z.iso.datetime(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const fileSchema = z.strictObject({ format: z.literal(1), tokens: z.array(tokenSchema) });

export type TokenRecord = Readonly<z.infer<typeof tokenSchema>>;

/** Longest life of a token. */
const maxTokenDays = 90;

/**
 * Adds a token and returns its text, which is stored nowhere.
 * @throws `home.token` when the name is taken or malformed, or the life too long
 */
export async function addToken(
  file: string,
  wanted: { name: string; scopes: TokenScope[]; days: number; now: Date },
): Promise<string> {
  if (!(wanted.days > 0 && wanted.days <= maxTokenDays)) {
    throw fault('home.token', wanted.name, `a token lives 1 to ${maxTokenDays} days`);
  }
  const tokens = await listTokens(file);
  if (tokens.some(({ name }) => name === wanted.name)) {
    throw fault('home.token', wanted.name, 'there is a token of that name', {
      hint: `revoke it first: tuf-on-git token revoke HOME ${wanted.name}`,
    });
  }
  const text = `tog_${randomBytes(32).toString('base64url')}`;
  const record = tokenSchema.safeParse({
    name: wanted.name,
    scopes: wanted.scopes,
    created: wanted.now.toISOString(),
    expires: new Date(wanted.now.getTime() + wanted.days * 86_400_000).toISOString(),
    sha256: digest(text).toString('hex'),
  });
  if (!record.success) {
    throw fault('home.token', wanted.name, record.error.issues[0]?.message ?? 'does not fit');
  }
  await writeTokens(file, [...tokens, record.data]);
  return text;
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

/** @throws `home.token` when there is none of that name */
export async function revokeToken(file: string, name: string): Promise<void> {
  const tokens = await listTokens(file);
  const left = tokens.filter((token) => token.name !== name);
  if (left.length === tokens.length) throw fault('home.token', name, 'there is no such token');
  await writeTokens(file, left);
}

/** The token that `text` is, when it is known, unexpired and of that scope; compared in constant time. */
export async function verifyToken(
  file: string,
  text: string,
  scope: TokenScope,
  now: Date,
): Promise<TokenRecord | undefined> {
  const presented = digest(text);
  const matches = (await listTokens(file)).filter((token) =>
    timingSafeEqual(Buffer.from(token.sha256, 'hex'), presented),
  );
  return matches.find((token) => token.scopes.includes(scope) && now < new Date(token.expires));
}

async function writeTokens(file: string, tokens: readonly TokenRecord[]): Promise<void> {
  await writeJsonFile(file, { format: 1, tokens }, 0o600);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
