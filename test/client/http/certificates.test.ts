import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { httpFetcher } from '../../../client/http-fetcher.ts';
import { isPassing } from '../../../client/retry.ts';
import { makeAuthority, type Authority, type ServerCertificate } from '../../kit/certificates.ts';
import { serveContent } from '../../kit/content-server.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { bodyOf } from '../../kit/read-body.ts';
import { temporaryFolder } from '../../kit/temporary-folder.ts';

describe('the certificate of a server', () => {
  const folder = temporaryFolder();
  let authority: Authority;
  before(() => {
    authority = makeAuthority();
  });

  async function read(
    ca: string | Uint8Array | undefined,
    certificate: ServerCertificate,
    env: Record<string, string> = {},
  ): Promise<string> {
    const server = await serveContent(new Map([['file', Buffer.from('x')]]), certificate);
    try {
      const fetcher = httpFetcher({ env, ...(ca === undefined ? {} : { ca }) });
      return await bodyOf(fetcher, `${server.url}file`);
    } finally {
      await server.close();
    }
  }

  async function refused(certificate: ServerCertificate, ca?: string) {
    const error = await rejectsWithFault('download.certificate', read(ca, certificate));
    assert.equal(isPassing(error), false);
    return error.message;
  }

  it('is good when its authority is given, as text or as bytes, alone or with others', async () => {
    const certificate = authority.issue();
    assert.equal(await read(authority.ca, certificate), 'x');
    assert.equal(await read(Buffer.from(authority.ca), certificate), 'x');
    const several = `Of another:\n${makeAuthority().ca}\n${authority.ca}`;
    assert.equal(await read(several, certificate), 'x');
  });

  it('is refused when nobody trusted has signed it', async () => {
    assert.match(await refused(authority.issue()), /nobody whom this machine trusts/);
    assert.match(await refused(authority.issue(), makeAuthority().ca), /nobody whom/);
  });

  it('is refused when it has expired', async () => {
    assert.match(await refused(authority.issue('IP:127.0.0.1', -1), authority.ca), /expired/);
  });

  it('is refused when it is for another host', async () => {
    const certificate = authority.issue('DNS:elsewhere.example');
    assert.match(await refused(certificate, authority.ca), /another host, DNS:elsewhere\.example/);
  });

  it('may be of an authority of NODE_EXTRA_CA_CERTS beside the one that is given', async () => {
    const file = path.join(folder.path, 'extra.pem');
    await writeFile(file, authority.ca);
    const other = makeAuthority().ca;
    assert.equal(await read(other, authority.issue(), { NODE_EXTRA_CA_CERTS: file }), 'x');
    const missing = { NODE_EXTRA_CA_CERTS: path.join(folder.path, 'missing.pem') };
    assert.equal(await read(authority.ca, authority.issue(), missing), 'x');
  });

  it('cannot be held against what is no certificate', async () => {
    const empty = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    for (const ca of ['', 'nonsense', empty, `${authority.ca}${empty}`]) {
      await rejectsWithFault('client.configuration', read(ca, authority.issue()));
    }
  });
});
