import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import path from 'node:path';
import { promisify } from 'node:util';
import { addToken } from '../../../core/home/tokens.ts';
import { daemonSuite } from '../../kit/daemon.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { runGit } from '../../kit/git.ts';
import { temporaryFolder } from '../../kit/temporary-folder.ts';

const run = promisify(execFile);

describe('a daemon with a certificate', () => {
  const suite = daemonSuite();
  const folder = temporaryFolder();

  async function certificate() {
    const files = ['cert.pem', 'key.pem'].map((name) => path.join(folder.path, name));
    const [cert = '', key = ''] = files;
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    await run('openssl', [...made, ...name, '-days', '2', '-keyout', key, '-out', cert]);
    return { cert, key };
  }

  it('speaks TLS on both listeners, and git pushes with a token through it', async () => {
    const tls = await certificate();
    const home = await suite.home({ config: { tls, git: { fetch: 'token' } } });
    const daemon = await suite.serve(home);
    const ca = await readFile(tls.cert);
    assert.match(daemon.content, /^https:/);
    assert.equal(await statusOf(`${daemon.content}/metadata/timestamp.json`, ca), 200);
    assert.equal(await statusOf(`${daemon.console}/healthz`, ca), 200);
    const now = new Date();
    const expires = new Date(now.getTime() + 60_000);
    const wanted = { name: 'alice', scopes: ['git:push'], now, expires };
    const token = await addToken(home.paths.tokens, wanted);
    const url = `${daemon.console}/repository.git`;
    const git = (...args: string[]) => runGit(['-c', `http.sslCAInfo=${tls.cert}`, ...args]);
    assert.notEqual((await git('ls-remote', url)).status, 0);
    const withToken = url.replace('https://', `https://alice:${token}@`);
    const { status, stdout, stderr } = await git('ls-remote', withToken, 'main');
    assert.equal(status, 0, stderr);
    assert.match(stdout.toString(), /refs\/heads\/main/);
  });

  it('does not start with files that are no certificate', async () => {
    const tls = await certificate();
    await writeFile(tls.cert, 'no certificate');
    const home = await suite.home({ config: { tls } });
    await rejectsWithFault('home.configuration', suite.serve(home));
  });
});

function statusOf(url: string, ca: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}
