import type * as pkcs11js from 'pkcs11js';
import { fault } from '../../error/error.ts';

export type Library = typeof pkcs11js;

/**
 * The native binding. It is an optional dependency that needs a compiler to install, so it is only
 * loaded when a key in a token is asked for.
 * @throws `signer.module`
 */
export async function loadLibrary(): Promise<Library> {
  try {
    const { default: library } = await import('pkcs11js');
    return library;
  } catch (cause) {
    throw fault(
      'signer.module',
      'pkcs11js',
      'keys in tokens need this package, which does not load',
      {
        hint: 'install a C++ compiler and make, then: npm install pkcs11js',
        cause,
      },
    );
  }
}
