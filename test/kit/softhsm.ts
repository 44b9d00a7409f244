import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatKeyUri } from '../../core/signers/key-uri.ts';

/** A throw-away SoftHSM token in a folder of its own: never one of the user's. */
export interface TestToken {
  /** File of the PKCS#11 module. */
  readonly module: string;
  readonly label: string;
  readonly pin: string;
  /** Mode 0600, holds the PIN. */
  readonly pinFile: string;
  readonly folder: string;
  /** What a process must have in its environment when the module is initialised. */
  readonly env: Readonly<Record<string, string>>;
  /** Puts `env` into this process. */
  use(): void;
  /** The URI of a key in this token, its PIN file included. */
  uri(object: string): string;
  /** Puts one more token into the same folder. */
  another(label: string): void;
  /** Makes the token say this of itself, as real ones do: `CKF_…` of `C_GetTokenInfo`. */
  setFlags(flags: number): void;
  dispose(): void;
}

/** True when SoftHSM, its tool and pkcs11js are installed; tests that need them are skipped else. */
export function softHsmAvailable(): boolean {
  return modulePath() !== undefined && hasTool() && hasBinding();
}

/** What the command line must have in its environment to find the token; nothing without one. */
export function cliEnvironment(token: TestToken | undefined): NodeJS.ProcessEnv {
  return token === undefined ? {} : { ...token.env, TUF_ON_GIT_PKCS11_MODULE: token.module };
}

/** @param label of the token; `softHsmAvailable()` must be true */
export function createToken(label = 'tuf-on-git-test'): TestToken {
  const module = modulePath();
  assert(module !== undefined, 'SoftHSM is not installed');
  const folder = mkdtempSync(path.join(tmpdir(), 'tuf-on-git-softhsm-'));
  const env = { SOFTHSM2_CONF: configure(folder) };
  const pin = 'throw-away-90210';
  const pinFile = path.join(folder, 'pin');
  writeFileSync(pinFile, `${pin}\n`, { mode: 0o600 });
  const another = (name: string) => {
    const options = ['--free', '--label', name, '--pin', pin, '--so-pin', '5678'];
    execFileSync('softhsm2-util', ['--init-token', ...options], {
      env: { ...process.env, ...env },
      stdio: 'pipe',
    });
  };
  another(label);
  return {
    module,
    label,
    pin,
    pinFile,
    folder,
    env,
    another,
    setFlags: (flags) => {
      setTokenFlags(path.join(folder, 'tokens'), flags);
    },
    use: () => Object.assign(process.env, env),
    uri: (object) =>
      formatKeyUri({
        kind: 'pkcs11',
        token: label,
        object,
        pinSource: { kind: 'file', path: pinFile },
      }),
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** CKA_OS_TOKENFLAGS, and that it is a number: how SoftHSM's files begin the attribute. */
const flagsAttribute = Buffer.from('000000008000534b0000000000000002', 'hex');

/** SoftHSM locks no token by itself. Only for a folder that holds one. */
function setTokenFlags(tokens: string, flags: number): void {
  const [only = ''] = readdirSync(tokens);
  const file = path.join(tokens, only, 'token.object');
  const bytes = readFileSync(file);
  const at = bytes.indexOf(flagsAttribute) + flagsAttribute.length;
  assert(at >= flagsAttribute.length, 'SoftHSM writes its tokens in another way');
  bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at) | BigInt(flags), at);
  writeFileSync(file, bytes);
}

function configure(folder: string): string {
  const tokens = path.join(folder, 'tokens');
  const file = path.join(folder, 'softhsm2.conf');
  mkdirSync(tokens, { mode: 0o700 });
  writeFileSync(
    file,
    `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  return file;
}

/** Where Debian, Fedora, Arch and Homebrew put the module. */
const usualPlaces = [
  process.env['SOFTHSM2_MODULE'] ?? '',
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/lib/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

/** The file of SoftHSM's PKCS#11 module. */
export function modulePath(): string | undefined {
  return usualPlaces.find((file) => file !== '' && existsSync(file));
}

function hasBinding(): boolean {
  try {
    createRequire(import.meta.url)('pkcs11js');
    return true;
  } catch {
    return false;
  }
}

function hasTool(): boolean {
  try {
    execFileSync('softhsm2-util', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
