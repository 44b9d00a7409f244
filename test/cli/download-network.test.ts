import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeAuthority, type Authority } from '../kit/certificates.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { serveContent, type ContentServer } from '../kit/content-server.ts';
import { forwardProxy, type ForwardProxy } from '../kit/forward-proxy.ts';
import { SimulatedRepository } from '../kit/simulated-repository.ts';

/** The commands of a downloader, in a company: a server of its own authority, behind a proxy. */
describe('what a downloader runs behind a proxy', () => {
  let authority: Authority;
  let sandbox: CliSandbox;
  let server: ContentServer;
  let proxy: ForwardProxy;

  before(() => {
    authority = makeAuthority();
  });
  beforeEach(async () => {
    sandbox = await cliSandbox();
    const repository = new SimulatedRepository();
    const { root, timestamp, snapshot, roles } = repository;
    for (const role of [root, timestamp, snapshot, ...roles.values()]) {
      role.expires = '2999-01-01T00:00:00Z';
    }
    repository.publishRoot();
    repository.publish();
    server = await serveContent(repository.files, authority.issue());
    proxy = await forwardProxy();
    await writeFile(
      path.join(sandbox.dir, 'root.json'),
      repository.files.get('metadata/1.root.json') ?? '',
    );
    await writeFile(path.join(sandbox.dir, 'ca.pem'), authority.ca);
    await sandbox.ok(['trust', 'root.json', '--url', server.url]);
  });
  afterEach(async () => {
    await Promise.all([server.close(), proxy.close()]);
    await sandbox.remove();
  });

  const refresh = (env: Record<string, string>) => {
    const NODE_EXTRA_CA_CERTS = path.join(sandbox.dir, 'ca.pem');
    return sandbox.run(['refresh', '--json'], { env: { NODE_EXTRA_CA_CERTS, ...env } });
  };

  it('goes through it, over one tunnel, and ends though that could stay open', async () => {
    const { status, stderr } = await refresh({ HTTPS_PROXY: proxy.url });
    assert.equal(status, 0, stderr);
    assert.deepEqual(proxy.requests, [`CONNECT ${new URL(server.url).host}`]);
    assert.equal(server.requests.length, 5);
  });

  it('ends as well where the proxy speaks TLS', async () => {
    const tlsProxy = await forwardProxy(authority.issue());
    const { status, stderr } = await refresh({ https_proxy: tlsProxy.url });
    await tlsProxy.close();
    assert.equal(status, 0, stderr);
    assert.equal(tlsProxy.requests.length, 1);
  });

  it('goes past it to what NO_PROXY exempts', async () => {
    const { status } = await refresh({ HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' });
    assert.equal(status, 0);
    assert.deepEqual(proxy.requests, []);
  });

  it('fails in one line: no password, no proxy, no authority that is trusted', async () => {
    proxy.onConnect = (client) => client.end('HTTP/1.1 407 No\r\n\r\n');
    const HTTPS_PROXY = proxy.url;
    assertRefused(await refresh({ HTTPS_PROXY }), 3, 'download.proxy');
    assertRefused(await refresh({ HTTPS_PROXY: 'socks5://p:1' }), 2, 'client.configuration');
    assertRefused(await refresh({ NODE_EXTRA_CA_CERTS: '' }), 1, 'download.certificate');
  });
});
