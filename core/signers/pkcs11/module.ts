import { realpathSync } from 'node:fs';
import type { Handle, PKCS11 } from 'pkcs11js';
import { fault } from '../../error/error.ts';
import { isLost, returnValue, tokenFault } from './errors.ts';
import { loadLibrary, type Library } from './library.ts';

/**
 * One PKCS#11 module in this process, shared by all its keys.
 *
 * Login and C_Initialize belong to the process, not to a key, so: the module is initialised while it
 * has users; starting it anew kills every handle of every key, and `epoch` tells each of them; all
 * work goes through `exclusive`, one piece at a time.
 */
export class Pkcs11Module {
  readonly constants: Library;
  readonly lib: PKCS11;
  /** PINs that a token has refused, by its serial number: none is sent a second time. */
  readonly refusedPins = new Set<string>();
  readonly #file: string;
  #users = 0;
  #epoch = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(constants: Library, lib: PKCS11, file: string) {
    this.constants = constants;
    this.lib = lib;
    this.#file = file;
  }

  /** Changes when all handles have become invalid. */
  get epoch(): number {
    return this.#epoch;
  }

  acquire(): void {
    if (this.#users === 0) this.#initialize();
    this.#users += 1;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#finalize();
  }

  /** Runs `work` when all earlier work is done. Not to be nested. */
  exclusive<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /**
   * As `exclusive`. When handles turn out to be dead, the module is finalised and initialised, and
   * the work tried once more: the way out of a token that was pulled out and put back.
   */
  persistently<T>(work: () => Promise<T>, isWorthIt = isLost): Promise<T> {
    return this.exclusive(async () => {
      try {
        return await work();
      } catch (error) {
        if (!isWorthIt(error)) throw error;
      }
      this.#finalize();
      this.#initialize();
      return work();
    });
  }

  /** Runs `work` in a session of its own, which is closed whatever happens. */
  async withSession<T>(
    slot: Handle,
    mode: 'read' | 'write',
    work: (session: Handle) => T | Promise<T>,
  ): Promise<T> {
    const session = this.openSession(slot, mode);
    try {
      return await work(session);
    } finally {
      this.closeSession(session);
    }
  }

  openSession(slot: Handle, mode: 'read' | 'write'): Handle {
    const { CKF_SERIAL_SESSION, CKF_RW_SESSION } = this.constants;
    const more = mode === 'write' ? CKF_RW_SESSION : 0;
    return this.lib.C_OpenSession(slot, CKF_SERIAL_SESSION | more);
  }

  /** A session that is gone already is closed: what went wrong with it was said before. */
  closeSession(session: Handle): void {
    try {
      this.lib.C_CloseSession(session);
    } catch (error) {
      if (returnValue(error) === undefined) throw error;
    }
  }

  #initialize(): void {
    this.#epoch += 1;
    try {
      this.lib.C_Initialize();
    } catch (error) {
      if (returnValue(error) === 'CKR_CRYPTOKI_ALREADY_INITIALIZED') return;
      throw tokenFault(error, this.#file);
    }
  }

  #finalize(): void {
    try {
      this.lib.C_Finalize();
    } catch (error) {
      if (returnValue(error) === undefined) throw error;
    }
  }
}

/** Loaded modules by their real path. They stay loaded: some crash when they are unloaded. */
const modules = new Map<string, Pkcs11Module>();

/**
 * The module at `file`, initialised; every `useModule` wants a `release`.
 * @throws `signer.module` when it is missing or is no PKCS#11 module, `signer.unavailable` when it
 *   does not start
 */
export async function useModule(file: string): Promise<Pkcs11Module> {
  const real = realPath(file);
  const constants = await loadLibrary();
  const module = modules.get(real) ?? new Pkcs11Module(constants, load(constants, real), file);
  modules.set(real, module);
  module.acquire();
  return module;
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch (cause) {
    throw fault('signer.module', file, 'there is no such PKCS#11 module', {
      hint: 'name the .so file that came with the token, as /usr/lib/softhsm/libsofthsm2.so',
      cause,
    });
  }
}

function load(constants: Library, file: string): PKCS11 {
  try {
    return new constants.PKCS11(file);
  } catch (cause) {
    throw fault('signer.module', file, 'this is not a PKCS#11 module that loads here', { cause });
  }
}
