import * as fs from 'node:fs';
import path from 'node:path';
import { fault } from '../error/error.ts';
import type { PinSource } from './key-uri.ts';
import { readPrivateFile } from './private-file.ts';

/** Asks a person for a secret; `what` says which, as in "passphrase of alice.json". */
export type SecretPrompt = (what: string) => Promise<string>;

/**
 * A PIN or passphrase, read when it is first needed and at most once. Secrets come from a private
 * file, a file descriptor or a person: never from arguments or the environment, never into a log.
 *
 * `note` is for the person, as how many tries are left.
 */
export type Secret = (note?: string) => Promise<string>;

/**
 * @param folder what relative paths are relative to
 * @throws (when called) `signer.pin-source` when there is no source, or it holds no one line
 */
export function secretFrom(
  source: PinSource | undefined,
  what: string,
  { prompt, folder = '.' }: { prompt?: SecretPrompt | undefined; folder?: string | undefined },
): Secret {
  let known: Promise<string> | undefined;
  return (note) => (known ??= read(note));

  async function read(note?: string): Promise<string> {
    if (source !== undefined) return fromSource(source, folder);
    if (prompt !== undefined) {
      return checked(await prompt(note === undefined ? what : `${what} (${note})`), what);
    }
    throw fault('signer.pin-source', what, 'there is nobody to ask for it', {
      hint: 'put it into a file with mode 600 and add ?pin-source=file:PATH to the key URI',
    });
  }
}

const maxBytes = 4096;

function fromSource(source: PinSource, folder: string): string {
  if (source.kind === 'fd') return oneLine(readDescriptor(source.fd), `fd:${source.fd}`);
  const file = path.resolve(folder, source.path);
  const codes = { missing: 'signer.pin-source', unfit: 'signer.pin-source' } as const;
  return oneLine(readPrivateFile(file, maxBytes, codes), file);
}

/** A regular file is read from its start, so that a process started anew can read it again. */
function readDescriptor(fd: number): Buffer {
  const buffer = Buffer.alloc(maxBytes + 1);
  let length = 0;
  try {
    const isFile = fs.fstatSync(fd).isFile();
    for (;;) {
      const read = fs.readSync(fd, buffer, length, buffer.length - length, isFile ? length : null);
      length += read;
      if (read === 0 || length > maxBytes) return buffer.subarray(0, length);
    }
  } catch (cause) {
    throw fault('signer.pin-source', `fd:${fd}`, 'the descriptor cannot be read', { cause });
  }
}

function oneLine(bytes: Buffer, where: string): string {
  if (bytes.length > maxBytes) throw fault('signer.pin-source', where, 'this is too long');
  return checked(bytes.toString('utf8').replace(/\r?\n$/, ''), where);
}

function checked(text: string, where: string): string {
  if (text === '') throw fault('signer.pin-source', where, 'the secret is empty');
  if (/[\n\r\0]/.test(text)) {
    throw fault('signer.pin-source', where, 'the secret must be one line and nothing else');
  }
  return text;
}
