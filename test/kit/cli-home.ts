import path from 'node:path';
import { writePublicKey } from '../../core/signers/public-key-file.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import type { CliSandbox } from './cli.ts';
import { cliEnvironment, type TestToken } from './softhsm.ts';

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

const plainOnlineKey = 'file:online.json';

/** Options of `init` for those keys: alice and bob sign root, carol is listed, ports are free ones. */
export const initOptions = [
  ...['--root-key', 'file:alice.json', '--root-key', 'file:bob.json', '--root-key', 'carol.pub'],
  ...['--targets-key', 'file:alice.json', '--online-key', plainOnlineKey],
  ...['--content-listen', '127.0.0.1:0', '--console-listen', '127.0.0.1:0'],
];

/**
 * A HOME in the sandbox, `home` by name.
 * @param token to make the online key in
 */
export async function initHome(
  sandbox: CliSandbox,
  name = 'home',
  more: readonly string[] = [],
  token?: TestToken,
): Promise<InitAnswer> {
  const env = cliEnvironment(token);
  const online = token?.uri('online') ?? plainOnlineKey;
  if (token !== undefined) await sandbox.ok(['key', 'generate', online], { env });
  const options = initOptions.map((arg) => (arg === plainOnlineKey ? online : arg));
  const answer = await sandbox.ok(['init', name, ...options, ...more, '--json'], { env });
  return JSON.parse(answer) as InitAnswer;
}
