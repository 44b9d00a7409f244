import path from 'node:path';
import { writePublicKey } from '../../core/signers/public-key-file.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import type { CliSandbox } from './cli.ts';

/** What `init --json` prints, as far as tests look at it. */
export interface InitAnswer {
  readonly home: string;
  readonly repository: string;
  readonly commit: string;
  readonly rootSha256: string;
  readonly pinnedRoot: string;
}

/** Keys of alice, bob and carol and the online key, unencrypted: NAME.json and NAME.pub in the sandbox. */
export async function makePlainKeys(
  { dir }: CliSandbox,
  names: readonly string[] = ['alice', 'bob', 'carol', 'online'],
): Promise<void> {
  for (const name of names) {
    const scheme = name === 'online' ? 'ecdsa-sha2-nistp256' : 'ed25519';
    const owner = name === 'online' ? {} : { owner: `@${name}` };
    const file = `file:${path.join(dir, name)}.json`;
    writePublicKey(
      path.join(dir, `${name}.pub`),
      await generateKey(file, scheme, { unsafePlaintext: true, ...owner }),
    );
  }
}

/** Options of `init` for those keys: alice and bob sign root, carol is listed, ports are free ones. */
export const initOptions = [
  ...['--root-key', 'file:alice.json', '--root-key', 'file:bob.json', '--root-key', 'carol.pub'],
  ...['--targets-key', 'file:alice.json', '--online-key', 'file:online.json'],
  ...['--content-listen', '127.0.0.1:0', '--console-listen', '127.0.0.1:0'],
];

/** A HOME in the sandbox, `home` by name. */
export async function initHome(
  sandbox: CliSandbox,
  name = 'home',
  more: readonly string[] = [],
): Promise<InitAnswer> {
  const answer = await sandbox.ok(['init', name, ...initOptions, ...more, '--json']);
  return JSON.parse(answer) as InitAnswer;
}
