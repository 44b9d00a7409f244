import { fault } from '../../core/error/error.ts';
import { readPrivateFile } from '../../core/signers/private-file.ts';

const codes = { missing: 'home.missing', unfit: 'home.configuration' } as const;
const maxFileBytes = 4096;
const fewestBytes = 24;

/**
 * The key of the webhook's signatures: what `whsec_` and base64 stand for, or any other text as it is,
 * without the end of its line.
 * @throws `home.missing`, `home.configuration` for a file that is open to others, or too short a secret
 */
export function readWebhookSecret(file: string): Buffer {
  const text = readPrivateFile(file, maxFileBytes, codes).toString('utf8').trim();
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const secret = encoded === undefined ? Buffer.from(text) : Buffer.from(encoded, 'base64');
  if (secret.length >= fewestBytes) return secret;
  throw fault('home.configuration', file, `the secret is shorter than ${fewestBytes} bytes`, {
    hint: `make one: (printf whsec_; openssl rand -base64 32) > ${file}`,
  });
}
