import assert from 'node:assert/strict';
import path from 'node:path';
import { addToken, revokeToken } from '../../../core/home/tokens.ts';
import type { Daemon } from '../../../daemon/serve.ts';
import { runDaemon, statusOf } from '../../kit/daemon.ts';
import { cloneAt, runGit, type Clone, type GitRun } from '../../kit/git.ts';
import { addRelease, makeHome, type TestHome } from '../../kit/home.ts';
import { rawRequest } from '../../kit/raw-request.ts';
import { until } from '../../kit/until.ts';

describe('the console listener', () => {
  let home: TestHome;
  let daemon: Daemon;

  before(async () => {
    home = await makeHome();
    daemon = await runDaemon(home);
  });
  after(async () => {
    await daemon.close();
    await home.remove();
  });

  const get = (where: string, headers = {}, method = 'GET') =>
    rawRequest(daemon.console, where, { headers, method });

  it('says that it is alive, and that it is ready with what', async () => {
    const alive = await get('/healthz');
    assert.deepEqual(JSON.parse(alive.body.toString()), { alive: true });
    const ready = await get('/readyz');
    assert.equal(ready.status, 200);
    assert.deepEqual(JSON.parse(ready.body.toString()), daemon.readiness());
    assert.equal(ready.headers['cache-control'], 'no-store');
    assert.equal((await get('/readyz', {}, 'HEAD')).status, 200);
  });

  it('answers what it does not know as a problem, and says nothing of itself', async () => {
    for (const where of [
      '/nothing',
      '/metadata/timestamp.json',
      '/api/v1/nothing',
      '/%00',
      '/..',
    ]) {
      const answer = await get(where);
      assert.equal(answer.status, 404, where);
      assert.equal(answer.headers['content-type'], 'application/problem+json');
      assert.deepEqual(JSON.parse(answer.body.toString()), {
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
      });
    }
    const answer = await get('/readyz', {}, 'POST');
    assert.equal(answer.status, 405);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
  });

  it('lets everybody fetch', async () => {
    const run = await runGit(['ls-remote', `${daemon.console}/repository.git`]);
    assert.equal(run.status, 0);
    assert.match(run.stdout.toString(), /refs\/heads\/main/);
  });

  it('takes a push with a token, notes its name and publishes at once', async () => {
    const token = await newToken(home, 'alice-laptop', 1);
    const { clone, push } = await clonedBy(home, daemon);
    await release(clone, home);
    assert.equal((await push(token)).status, 0);
    await until('the release is out', async () => {
      return (await statusOf(daemon, '/metadata/2.alice.json')) === 200;
    });
    const log = await runGit([
      '-C',
      home.paths.repository,
      'log',
      '-g',
      '-1',
      '--format=%gn',
      'main',
    ]);
    assert.equal(log.stdout.toString().trim(), 'alice-laptop');
  });

  it('refuses a push without a token, with a wrong one, and with one that was revoked', async () => {
    const token = await newToken(home, 'bob-laptop', 1);
    const { clone, push } = await clonedBy(home, daemon);
    const before = await home.tip();
    await clone.commit('nothing new');
    await revokeToken(home.paths.tokens, 'bob-laptop');
    for (const each of [undefined, 'tog_wrong', token]) {
      assert.notEqual((await push(each)).status, 0);
    }
    assert.equal(await home.tip(), before);
  });
});

function newToken({ paths }: TestHome, name: string, days: number): Promise<string> {
  const now = new Date();
  const expires = new Date(now.getTime() + days * 86_400_000);
  return addToken(paths.tokens, { name, scopes: ['git:push'], expires, now });
}

interface Pusher {
  readonly clone: Clone;
  readonly push: (token: string | undefined) => Promise<GitRun>;
}

let clones = 0;

async function clonedBy(home: TestHome, daemon: Daemon): Promise<Pusher> {
  clones += 1;
  const dir = path.join(home.dir, `clone-${clones}`);
  const url = `${daemon.console}/repository.git`;
  const { status, stderr } = await runGit(['clone', '--quiet', url, dir]);
  assert.equal(status, 0, stderr);
  const clone = cloneAt(dir);
  const header = (token: string) =>
    `http.extraHeader=Authorization: Basic ${Buffer.from(`x:${token}`).toString('base64')}`;
  return {
    clone,
    push: (token) =>
      clone.git(...(token === undefined ? [] : ['-c', header(token)]), 'push', '--quiet'),
  };
}

async function release(clone: Clone, home: TestHome): Promise<void> {
  const tree = new Map(home.tree);
  addRelease(tree, 'alice-project/tool/1.1.0/tool.tgz', 'by http');
  for (const [file, bytes] of tree) await clone.write(file, bytes);
  await clone.commit('metadata: one more release');
}
