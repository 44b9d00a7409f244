/** An authority for TLS certificates, and servers' certificates, by the openssl of this machine. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openssl } from './openssl.ts';

export interface ServerCertificate {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  /** Its own certificate in PEM, for whoever is to trust it. */
  readonly ca: string;
  /**
   * A certificate for a server on loopback.
   * @param names a subjectAltName, as `DNS:example.com`
   * @param days from now on; below zero, it has expired
   */
  readonly issue: (names?: string, days?: number) => ServerCertificate;
}

export function makeAuthority(): Authority {
  const ca = inFolder((file) => {
    newKey(file('ca.key'));
    const subject = ['-subj', '/CN=test authority', '-days', '2'];
    openssl('req', '-x509', '-new', '-key', file('ca.key'), '-out', file('ca.pem'), ...subject);
    return { key: read(file('ca.key')), cert: read(file('ca.pem')) };
  });
  return { ca: ca.cert, issue: (names, days) => issue(ca, names, days) };
}

function issue(ca: ServerCertificate, names = 'IP:127.0.0.1', days = 2): ServerCertificate {
  return inFolder((file) => {
    writeFileSync(file('ca.key'), ca.key);
    writeFileSync(file('ca.pem'), ca.cert);
    writeFileSync(file('extensions'), `subjectAltName=${names}\n`);
    newKey(file('key'));
    openssl('req', '-new', '-key', file('key'), '-out', file('request'), '-subj', '/CN=server');
    const authority = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial'];
    const wanted = ['-days', String(days), '-extfile', file('extensions')];
    openssl('x509', '-req', '-in', file('request'), '-out', file('cert'), ...authority, ...wanted);
    return { key: read(file('key')), cert: read(file('cert')) };
  });
}

function newKey(file: string): void {
  const curve = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  writeFileSync(file, openssl('genpkey', ...curve), { mode: 0o600 });
}

function read(file: string): string {
  return readFileSync(file, 'latin1');
}

function inFolder<T>(work: (file: (name: string) => string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'tuf-on-git-ca-'));
  try {
    return work((name) => path.join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
