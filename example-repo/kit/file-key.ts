import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Person } from './person.ts';

export interface FileKey {
  /** Key URI of the private key, with the file of its passphrase. */
  readonly uri: string;
  /** File of the public key, to be handed on. */
  readonly publicKey: string;
}

/** Makes somebody a key in a file that a passphrase protects. */
export async function makeFileKey(person: Person): Promise<FileKey> {
  const passphrase = await writeSecret(person.path('passphrase'));
  const uri = `file:${person.path('key.json')}`;
  await person.tuf(
    'key',
    'generate',
    uri,
    '--owner',
    `@${person.name}`,
    '--passphrase-file',
    passphrase,
  );
  return { uri: `${uri}?pin-source=file:${passphrase}`, publicKey: person.path('key.pub') };
}

/** The same without protection: for those whose own scripts read it. */
export async function makePlainKey(person: Person, name = 'key'): Promise<FileKey> {
  const uri = `file:${person.path(`${name}.json`)}`;
  await person.tuf('key', 'generate', uri, '--owner', `@${person.name}`, '--unsafe-plaintext');
  return { uri, publicKey: person.path(`${name}.pub`) };
}

/** A random secret in a file that only its owner reads. @returns the file */
export async function writeSecret(file: string, secret = randomBytes(18).toString('base64url')) {
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  return file;
}
