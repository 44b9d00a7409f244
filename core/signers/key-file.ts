import { z } from 'zod';
import { fault } from '../error/error.ts';
import { encryptionSchema } from './envelope.ts';
import { keyJsonSchema } from './key-json.ts';
import { readPrivateFile } from './private-file.ts';

export const keyFileFormat = 'tuf-on-git-key/1';

/** A key file: the public key in clear, the private one (PKCS#8 DER) encrypted. */
const encryptedSchema = z.strictObject({
  format: z.literal(keyFileFormat),
  key: keyJsonSchema,
  encryption: encryptionSchema,
  ciphertext: z.base64().min(48).max(16_384),
});

/** The same for whoever asked for it: a key that any reader of the file can use. */
const plaintextSchema = z.strictObject({
  format: z.literal(keyFileFormat),
  key: keyJsonSchema,
  unsafePlaintext: z.base64().min(24).max(16_384),
});

export const keyFileSchema = z.union([encryptedSchema, plaintextSchema]);
export type KeyFile = z.infer<typeof keyFileSchema>;

const maxBytes = 64 * 1024;

/**
 * A key file of ours; nothing in it has been proved.
 * @throws `signer.key-not-found`; `signer.key-file` when it is another file, or open to others
 */
export function readKeyFile(file: string): KeyFile {
  const codes = { missing: 'signer.key-not-found', unfit: 'signer.key-file' } as const;
  const text = readPrivateFile(file, maxBytes, codes).toString('utf8');
  try {
    return keyFileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw fault('signer.key-file', file, 'this is not a key file of tuf-on-git', {
      hint: 'make one with: tuf-on-git key generate file:PATH',
      cause,
    });
  }
}
