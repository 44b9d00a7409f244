import { createHash } from 'node:crypto';
import type { Handle, Mechanism } from 'pkcs11js';
import type { SigningScheme } from '../../metadata/keys.ts';
import { ecdsaToDer } from './der.ts';
import type { Pkcs11Module } from './module.ts';
import { edwards } from './public-key.ts';

/** How one scheme is signed: what goes into the token, and what its answer becomes. */
interface Recipe {
  readonly mechanism: Mechanism;
  readonly input: (bytes: Uint8Array) => Buffer;
  readonly output: (raw: Buffer) => Buffer;
}

/** Longest signature: RSA with 8192 bits. */
const maxSignatureBytes = 1024;

/**
 * One signature, in the form of `Signer.sign`.
 * @param authenticate called between C_SignInit and C_Sign, for keys that want the PIN each time
 * @throws errors of PKCS#11 as they come
 */
export async function signInToken(
  { lib, constants }: Pkcs11Module,
  session: Handle,
  privateKey: Handle,
  scheme: SigningScheme,
  bytes: Uint8Array,
  authenticate: () => Promise<void>,
): Promise<Buffer> {
  const { mechanism, input, output } = recipe(constants, scheme);
  lib.C_SignInit(session, mechanism, privateKey);
  await authenticate();
  return output(lib.C_Sign(session, input(bytes), Buffer.alloc(maxSignatureBytes)));
}

/**
 * ECDSA and RSA-PSS sign a digest made here: few tokens know the combined mechanisms. Ed25519 takes
 * the whole message and no parameter.
 */
function recipe(constants: Pkcs11Module['constants'], scheme: SigningScheme): Recipe {
  const same = (bytes: Uint8Array) => Buffer.from(bytes);
  switch (scheme) {
    case 'ed25519':
      return { mechanism: { mechanism: edwards.sign }, input: same, output: same };
    case 'ecdsa-sha2-nistp256':
      return { mechanism: { mechanism: constants.CKM_ECDSA }, input: sha256, output: ecdsaToDer };
    case 'rsassa-pss-sha256':
      return { mechanism: pss(constants), input: sha256, output: same };
  }
}

function pss(constants: Pkcs11Module['constants']): Mechanism {
  const parameter = {
    type: constants.CK_PARAMS_RSA_PSS,
    hashAlg: constants.CKM_SHA256,
    mgf: constants.CKG_MGF1_SHA256,
    saltLen: 32,
  };
  return { mechanism: constants.CKM_RSA_PKCS_PSS, parameter };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
