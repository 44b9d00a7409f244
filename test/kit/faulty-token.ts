import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createToken, softHsmAvailable, type TestToken } from './softhsm.ts';

const top = path.resolve(import.meta.dirname, '../..');
const source = path.join(import.meta.dirname, 'faulty-token/faulty-token.c');
const headers = path.join(top, 'node_modules/pkcs11js/includes/pkcs11');

/** Functions of the module that can be made to misbehave; their calls are counted. */
export type FaultyCall =
  | 'C_Initialize'
  | 'C_GetSlotList'
  | 'C_OpenSession'
  | 'C_GetSessionInfo'
  | 'C_Login'
  | 'C_SignInit'
  | 'C_Sign';

/** What each does instead: the words of faulty-token.c. */
export type Faults = Readonly<Partial<Record<FaultyCall, string>>>;

/** A SoftHSM token behind a module of our own, which misbehaves when it is told to. */
export interface FaultyToken extends TestToken {
  /** From the next call on, in whatever process has the module loaded. */
  misbehave(faults: Faults): void;
  /** Ends every fault. */
  behave(): void;
  /** How often this was called, over all processes. */
  calls(name: FaultyCall): number;
}

/** True where SoftHSM and a C compiler are installed; tests that need them are skipped else. */
export function faultyTokenAvailable(): boolean {
  return softHsmAvailable() && hasCompiler();
}

/** @param label of the token; `faultyTokenAvailable()` must be true */
export function createFaultyToken(label?: string): FaultyToken {
  const token = createToken(label);
  const folder = path.join(token.folder, 'faults');
  mkdirSync(folder);
  const env = {
    ...token.env,
    FAULTY_TOKEN_MODULE: token.module,
    FAULTY_TOKEN_FOLDER: folder,
  };
  const told = new Set<string>();
  return {
    ...token,
    module: compiled(),
    env,
    use: () => Object.assign(process.env, env),
    misbehave: (faults) => {
      for (const [name, words] of Object.entries(faults)) {
        writeFileSync(path.join(folder, `${name}.new`), words);
        renameSync(path.join(folder, `${name}.new`), path.join(folder, name));
        told.add(name);
      }
    },
    behave: () => {
      for (const name of told) rmSync(path.join(folder, name), { force: true });
      told.clear();
    },
    calls: (name) => {
      const file = path.join(folder, 'calls');
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
      return lines.filter((line) => line === name).length;
    },
  };
}

/** The module, compiled when its source changed. */
function compiled(): string {
  const sha256 = createHash('sha256').update(readFileSync(source)).digest('hex');
  const cache = path.join(top, 'node_modules/.cache/tuf-on-git');
  const file = path.join(cache, `faulty-token-${sha256.slice(0, 16)}.so`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const mine = `${file}.${process.pid}`;
  const options = ['-std=c17', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-I', headers];
  execFileSync('cc', [...options, '-o', mine, source, '-ldl'], { stdio: 'pipe' });
  renameSync(mine, file);
  return file;
}

function hasCompiler(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
