import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeAuthority, type Authority } from '../kit/certificates.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { serveContent, type ContentServer } from '../kit/content-server.ts';
import { forwardProxy, type ForwardProxy } from '../kit/forward-proxy.ts';
import { sha256, SimulatedRepository } from '../kit/simulated-repository.ts';

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
    const files = lastingFiles();
    server = await serveContent(files, authority.issue());
    proxy = await forwardProxy();
    await writeFile(path.join(sandbox.dir, 'root.json'), files.get('metadata/1.root.json') ?? '');
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

describe('what a downloader runs against a server of an authority of its own', () => {
  let authority: Authority;
  let sandbox: CliSandbox;
  let server: ContentServer;

  before(() => {
    authority = makeAuthority();
  });
  beforeEach(async () => {
    sandbox = await cliSandbox();
    const files = lastingFiles();
    server = await serveContent(files, authority.issue());
    await writeFile(inSandbox('root.json'), files.get('metadata/1.root.json') ?? '');
    await writeFile(inSandbox('ca.pem'), authority.ca);
  });
  afterEach(async () => {
    await server.close();
    await sandbox.remove();
  });

  const inSandbox = (name: string) => path.join(sandbox.dir, name);
  const trust = (...more: string[]) =>
    sandbox.run(['trust', 'root.json', '--url', server.url, ...more]);

  it('trusts it by --ca for once, and by the --ca of trust from any folder from then on', async () => {
    await trust();
    assertRefused(await sandbox.run(['refresh']), 1, 'download.certificate');
    await sandbox.ok(['refresh', '--ca', 'ca.pem']);
    assertRefused(await sandbox.run(['refresh']), 1, 'download.certificate');
    await trust('--ca', 'ca.pem');
    await sandbox.ok(['refresh'], { cwd: '/' });
    await sandbox.ok(['get', 'NOTICE', '-o', inSandbox('notice')], { cwd: '/' });
    assert.equal(await readFile(inSandbox('notice'), 'utf8'), 'a notice');
  });

  it('fetches the first root by it too', async () => {
    const first = ['trust', server.url, '--sha256', sha256(await readFile(inSandbox('root.json')))];
    assertRefused(await sandbox.run(first), 1, 'download.certificate');
    await sandbox.ok([...first, '--ca', 'ca.pem']);
  });

  it('says in a line that the file of --ca is another authority, none, or not there', async () => {
    await trust();
    await writeFile(inSandbox('other.pem'), makeAuthority().ca);
    await writeFile(inSandbox('none.pem'), 'no certificate');
    await writeFile(inSandbox('broken.pem'), authority.ca.replace(/MII\w+/, 'MIIA'));
    const withCa = (file: string) => sandbox.run(['refresh', '--ca', file]);
    assertRefused(await withCa('other.pem'), 1, 'download.certificate');
    assertRefused(await withCa('none.pem'), 2, 'usage.argument');
    assertRefused(await withCa('missing.pem'), 2, 'usage.argument');
    assertRefused(await withCa('broken.pem'), 2, 'client.configuration');
    assert.deepEqual(server.requests, []);
  });
});

describe('what a downloader runs when the first mirror is dead', () => {
  let sandbox: CliSandbox;
  let server: ContentServer;

  beforeEach(async () => {
    sandbox = await cliSandbox();
    const files = lastingFiles();
    server = await serveContent(files);
    const root = path.join(sandbox.dir, 'root.json');
    await writeFile(root, files.get('metadata/1.root.json') ?? '');
    const dead = await serveContent(files);
    await dead.close();
    await sandbox.ok(['trust', 'root.json', '--url', dead.url, '--url', server.url]);
  });
  afterEach(async () => {
    await server.close();
    await sandbox.remove();
  });

  it('get takes metadata and target from the second', async () => {
    await sandbox.ok(['get', 'NOTICE']);
    assert.equal(await readFile(path.join(sandbox.dir, 'NOTICE'), 'utf8'), 'a notice');
    assert.equal(server.requests.filter((name) => name.startsWith('targets/')).length, 1);
  });

  it('get says, when all are dead, that all were tried', async () => {
    await server.close();
    const run = await sandbox.run(['get', 'NOTICE']);
    assertRefused(run, 3, 'download.unreachable');
    assert.match(run.stderr, /2 mirrors were tried/);
  });
});

/** Of a repository that offers a notice, and never expires: the commands look at the real clock. */
function lastingFiles(): ReadonlyMap<string, Uint8Array> {
  const repository = new SimulatedRepository('2999-01-01T00:00:00Z');
  repository.publishRoot();
  repository.addTarget('NOTICE', 'a notice');
  repository.publish();
  return repository.files;
}
