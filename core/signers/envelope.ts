import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { canonicalize } from '@tufjs/canonical-json';
import { z } from 'zod';
import { fault } from '../error/error.ts';
import type { KeyJson } from '../metadata/keys.ts';

/**
 * How a private key is encrypted: scrypt (RFC 7914) makes the key, AES-256-GCM encrypts, and the
 * header (format, public key and all parameters) is authenticated with it: whoever changes a
 * letter of it gets "wrong passphrase".
 */
export const encryptionSchema = z.strictObject({
  kdf: z.literal('scrypt'),
  n: z.int(),
  r: z.int(),
  p: z.int(),
  salt: z.base64().length(44),
  cipher: z.literal('aes-256-gcm'),
  nonce: z.base64().length(16),
});

export type Encryption = z.infer<typeof encryptionSchema>;

/** What scrypt costs: 128·n·r bytes of memory, p times. */
export interface Cost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB, and about half a second: what OWASP asks for at least. */
export const usualCost: Cost = { n: 2 ** 17, r: 8, p: 1 };

export function newEncryption(cost: Cost): Encryption {
  const salt = randomBytes(32).toString('base64');
  const nonce = randomBytes(12).toString('base64');
  return { kdf: 'scrypt', ...cost, salt, cipher: 'aes-256-gcm', nonce };
}

/** What stands in the file beside the ciphertext; all of it is authenticated. */
export interface Header {
  readonly format: string;
  readonly key: KeyJson;
  readonly encryption: Encryption;
}

/** The ciphertext with its tag of 16 bytes, in base64. */
export async function seal(secret: Buffer, header: Header, passphrase: string): Promise<string> {
  const key = await deriveKey(passphrase, header.encryption);
  const nonce = Buffer.from(header.encryption.nonce, 'base64');
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(authenticated(header));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  key.fill(0);
  return sealed.toString('base64');
}

/**
 * @param where names the file in errors
 * @throws `signer.passphrase` when passphrase and contents do not fit each other, `signer.key-file`
 *   when the parameters are not ones that this project would choose
 */
export async function unseal(
  sealed: string,
  header: Header,
  passphrase: string,
  where: string,
): Promise<Buffer> {
  refuseOddCost(header.encryption, where);
  const bytes = Buffer.from(sealed, 'base64');
  const key = await deriveKey(passphrase, header.encryption);
  const nonce = Buffer.from(header.encryption.nonce, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
    .setAAD(authenticated(header))
    .setAuthTag(bytes.subarray(-16));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
  } catch (cause) {
    throw fault('signer.passphrase', where, 'wrong passphrase, or the file was changed', { cause });
  } finally {
    key.fill(0);
  }
}

/** A hostile file must neither make us swallow all memory nor make guessing cheap. */
function refuseOddCost({ n, r, p }: Cost, where: string): void {
  const isPower = n > 0 && Number.isInteger(Math.log2(n));
  const isBounded = n >= 2 ** 14 && n <= 2 ** 20 && r >= 8 && r <= 32 && p >= 1 && p <= 4;
  if (!isPower || !isBounded || n * r > 2 ** 21) {
    throw fault('signer.key-file', where, 'its scrypt parameters are out of bounds');
  }
}

function deriveKey(passphrase: string, { n, r, p, salt }: Encryption): Promise<Buffer> {
  const options = { N: n, r, p, maxmem: 128 * n * r + 32 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(passphrase.normalize('NFC'));
    scrypt(bytes, Buffer.from(salt, 'base64'), 32, options, (error, key) => {
      bytes.fill(0);
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function authenticated(header: Header): Buffer {
  return Buffer.from(canonicalize(header));
}
