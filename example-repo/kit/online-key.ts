/** The key of snapshot and timestamp: inside a SoftHSM token, where there is one to be had. */
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { succeeded } from './command.ts';
import { makeFileKey, writeSecret } from './file-key.ts';
import type { Person } from './person.ts';
import type { Stage } from './stage.ts';

export interface OnlineKey {
  readonly uri: string;
  /** What `init` must be told to find it. */
  readonly options: readonly string[];
  /** The operator, with what the daemon needs in its environment. */
  readonly operator: Person;
}

/** Says in one line when there is no SoftHSM, and goes on with a file key. */
export async function makeOnlineKey(stage: Stage, operator: Person): Promise<OnlineKey> {
  const { steps } = stage;
  const token = await softHsm(operator);
  if ('reason' in token) {
    const key = await steps.step('the operator makes the online key, in an encrypted file', () =>
      makeFileKey(operator),
    );
    steps.note(`there is no HSM: ${token.reason}; an encrypted file key stands in for the HSM`);
    return { uri: key.uri, options: [], operator };
  }
  const { module } = token;
  const keeper = operator.with(token.env);
  const pin = String(randomInt(10_000_000, 99_999_999));
  const pinFile = await writeSecret(operator.path('pin'), pin);
  const uri = `pkcs11:token=demo;object=online?pin-source=file:${pinFile}`;
  const options = ['--pkcs11-module', module];
  await steps.step('the operator sets up an HSM: a token of SoftHSM', () => initToken(keeper, pin));
  await steps.step('a P-256 key is made inside it, never to leave it', () =>
    keeper.tuf('key', 'generate', uri, '--type', 'ecdsa', ...options),
  );
  return { uri, options, operator: keeper };
}

type Token =
  { readonly module: string; readonly env: NodeJS.ProcessEnv } | { readonly reason: string };

/** SoftHSM with a token folder of its own, never the user's. */
async function softHsm(operator: Person): Promise<Token> {
  const module = modules.find((file) => existsSync(file));
  if (module === undefined) return { reason: 'SoftHSM 2 is not installed (package softhsm2)' };
  if (!isOnPath(operator, tool)) return { reason: `${tool} is not on PATH (package softhsm2)` };
  const tokens = operator.path('tokens');
  const conf = operator.path('softhsm2.conf');
  await mkdir(tokens, { mode: 0o700 });
  await writeFile(
    conf,
    `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  const env = { SOFTHSM2_CONF: conf };
  const { status, stderr } = await operator
    .with(env)
    .tryTuf('key', 'list', '--pkcs11-module', module);
  return status === 0 ? { module, env } : { reason: stderr.trim() };
}

/** Without a terminal the tool takes PINs from its arguments only; these are for this demo alone. */
async function initToken(operator: Person, pin: string): Promise<void> {
  const securityOfficer = String(randomInt(10_000_000, 99_999_999));
  const secrets = ['--pin', pin, '--so-pin', securityOfficer];
  const init = ['--init-token', '--free', '--label', 'demo', ...secrets];
  succeeded(await operator.run(tool, init));
}

function isOnPath({ env }: Person, program: string): boolean {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => existsSync(path.join(folder, program)));
}

/** What sets up tokens of SoftHSM. */
const tool = 'softhsm2-util';

/** Where the packages of Debian, Fedora and Homebrew put the PKCS#11 module. */
const modules = [
  process.env['TUF_ON_GIT_PKCS11_MODULE'] ?? '',
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
];
