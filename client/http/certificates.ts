import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { fault } from '../../core/error/error.ts';
import type { Environment } from './proxy-settings.ts';

/**
 * A TLS context that trusts these authorities beside those that Node brings and those of
 * `NODE_EXTRA_CA_CERTS`: a list of one's own would take the place of both.
 *
 * @param ca one or more certificates in PEM
 * @throws `client.configuration` when there are none in it
 */
export function contextTrusting(ca: string | Uint8Array, env: Environment): tls.SecureContext {
  const own = certificatesIn(typeof ca === 'string' ? ca : Buffer.from(ca).toString('latin1'));
  return tls.createSecureContext({ ca: [...tls.rootCertificates, ...extra(env), ...own] });
}

function certificatesIn(text: string): readonly string[] {
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (found.length > 0 && found.every(isCertificate)) return found;
  throw fault('client.configuration', 'ca', 'it holds no certificates in PEM', {
    hint: 'give the file of the authority that signed the server certificate: BEGIN CERTIFICATE …',
  });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** Node has warned already of a file that cannot be read, and goes on without. */
function extra(env: Environment): readonly string[] {
  const file = env['NODE_EXTRA_CA_CERTS'] ?? '';
  if (file === '') return [];
  try {
    return [readFileSync(file, 'latin1')];
  } catch (error) {
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
}
