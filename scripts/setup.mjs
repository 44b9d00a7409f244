import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkNode } from './setup/node-version.mjs';
import { SetUpFailure, say } from './setup/say.mjs';

/** The top folder of this project. */
export const top = fileURLToPath(new URL('..', import.meta.url));

/**
 * Brings whatever a fresh clone lacks: npm packages, SoftHSM 2, the build. Quick and silent when
 * nothing is missing. Only plain Node is used here, and what follows the check of its version is
 * loaded after it.
 * @throws {SetUpFailure} when a part is missing that nothing can do without
 */
export async function setUp() {
  checkNode();
  const { bringPackages } = await import('./setup/packages.mjs');
  const { bringSoftHsm } = await import('./setup/soft-hsm.mjs');
  const { bringPkcs11 } = await import('./setup/pkcs11.mjs');
  const { bringBuild } = await import('./setup/build.mjs');
  bringPackages(top);
  bringPkcs11(top);
  bringSoftHsm();
  bringBuild(top);
}

/** As `setUp`, for a program that has nothing to do without it: one line, and status 1. */
export async function setUpOrExit() {
  try {
    await setUp();
  } catch (error) {
    if (!(error instanceof SetUpFailure)) throw error;
    say(error.message);
    process.exit(1);
  }
}

if (import.meta.url === pathToFileURL(path.resolve(process.argv[1] ?? '')).href) {
  await setUpOrExit();
}
