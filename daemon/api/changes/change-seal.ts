import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { TufOnGitError } from '../../../core/error/error.ts';
import { readJsonFile, writeJsonFile } from '../../../core/home/json-file.ts';

/** What a commit says of the change that it is. */
export interface ChangeTrailers {
  readonly id: string;
  /** SHA-256 of the request's body, in hex. */
  readonly body: string;
}

/**
 * Tells the commits that this server made of changes from those that only say so: anybody who may push
 * writes what they like into a message. Without its file the changes of before are known no more.
 */
export interface ChangeSeal {
  /** @param by the token that sent it */
  of(by: string, change: ChangeTrailers): string;
  holds(seal: string, by: string, change: ChangeTrailers): boolean;
}

const fileSchema = z.strictObject({
  format: z.literal(1),
  key: z.string().regex(/^[0-9a-f]{64}$/),
});

/** @param file made where there is none @throws `home.configuration` */
export async function openSeal(file: string): Promise<ChangeSeal> {
  const key = Buffer.from(await keyIn(file), 'hex');
  const sealOf = (by: string, { id, body }: ChangeTrailers) =>
    createHmac('sha256', key).update(`${id}\0${body}\0${by}`).digest();
  return {
    of: (by, change) => sealOf(by, change).toString('hex'),
    holds: (seal, by, change) =>
      /^[0-9a-f]{64}$/.test(seal) && timingSafeEqual(Buffer.from(seal, 'hex'), sealOf(by, change)),
  };
}

async function keyIn(file: string): Promise<string> {
  try {
    return (await readJsonFile(file, fileSchema)).key;
  } catch (error) {
    if (!(error instanceof TufOnGitError) || error.code !== 'home.missing') throw error;
    const key = randomBytes(32).toString('hex');
    await writeJsonFile(file, { format: 1, key }, 0o600);
    return key;
  }
}
