/** Keys and signatures by the openssl of this machine: a tool that knows nothing of us. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SigningScheme } from '../../core/metadata/keys.ts';

export interface OpensslKey {
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKey: string;
  /** Hex of a signature over what the file holds. @param salt of RSA: what openssl calls its length */
  sign(file: string, salt?: 'digest' | 'max'): string;
}

const made: Record<SigningScheme, readonly string[]> = {
  ed25519: ['-algorithm', 'ed25519'],
  'ecdsa-sha2-nistp256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'rsassa-pss-sha256': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
};

/** Makes NAME.pem and NAME.pub in the folder. */
export function opensslKey(dir: string, name: string, scheme: SigningScheme): OpensslKey {
  const [key, publicKey] = [path.join(dir, `${name}.pem`), path.join(dir, `${name}.pub`)];
  writeFileSync(key, openssl('genpkey', ...made[scheme]), { mode: 0o600 });
  writeFileSync(publicKey, openssl('pkey', '-in', key, '-pubout'));
  return {
    publicKey,
    sign: (file, salt = 'digest') => openssl(...signing(scheme, key, file, salt)).toString('hex'),
  };
}

function signing(scheme: SigningScheme, key: string, file: string, salt: string): string[] {
  if (scheme === 'ed25519') return ['pkeyutl', '-sign', '-rawin', '-inkey', key, '-in', file];
  const padding = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', `rsa_pss_saltlen:${salt}`];
  const isRsa = scheme === 'rsassa-pss-sha256';
  return ['dgst', '-sha256', ...(isRsa ? padding : []), '-sign', key, file];
}

export function openssl(...args: readonly string[]): Buffer {
  return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
}
