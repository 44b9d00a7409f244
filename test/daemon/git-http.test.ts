import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, rm, watch, writeFile } from 'node:fs/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { openBareRepository } from '../../core/git/binary/bare-repository.ts';
import { TufOnGitError } from '../../core/error/error.ts';
import { objectId } from '../../core/git/object-id.ts';
import {
  gitServer,
  tokenOfAlice,
  typeOfFetch,
  typeOfPush,
  type GitServer,
} from '../kit/git-server.ts';
import { cloneAt, gitSandbox, runGit, type Clone, type GitSandbox } from '../kit/git.ts';
import { until } from '../kit/until.ts';

describe('git over HTTP', () => {
  let sandbox: GitSandbox;
  let server: GitServer;
  let nudges: number;

  beforeEach(async () => {
    sandbox = await gitSandbox();
    await sandbox.seed({ 'metadata/root.json': 'one' });
    nudges = 0;
    server = await gitServer(sandbox.bare, { nudge: () => (nudges += 1), maxConcurrent: 1 });
  });

  afterEach(async () => {
    await server.close();
    await sandbox.remove();
  });

  async function clone(url: string, ...options: string[]): Promise<Clone> {
    const dir = join(sandbox.dir, 'clone');
    await sandbox.ok([...options, 'clone', '--quiet', url, dir], { cwd: sandbox.dir });
    return cloneAt(dir);
  }

  const tip = (): Promise<string> => sandbox.ok(['rev-parse', 'refs/heads/main']);

  describe('for plain git', () => {
    for (const version of ['0', '2']) {
      it(`clones, fetches and pushes with protocol version ${version}`, async () => {
        const option = `protocol.version=${version}`;
        const alice = await clone(server.urlOfAlice, '-c', option);
        await alice.write('metadata/root.json', 'two');
        const oid = await alice.commit('two');
        await alice.ok('-c', option, 'push', '--quiet', 'origin', 'HEAD:main');
        assert.equal(await tip(), oid);
        await sandbox.ok(['update-ref', 'refs/heads/sign/one', oid]);
        await alice.ok('-c', option, 'fetch', '--quiet', 'origin');
        assert.equal(await alice.ok('rev-parse', 'origin/sign/one'), oid);
        const asked = server.requests.map(({ headers }) => headers['git-protocol']);
        assert.equal(asked.includes('version=2'), version === '2');
      });
    }

    it('answers version 2 with its capabilities, not with all refs', async () => {
      const answer = await server.ask('GET', '/info/refs?service=git-upload-pack', {
        'Git-Protocol': 'version=2',
      });
      assert.match(answer.body, /version 2/);
      assert.doesNotMatch(answer.body, /refs\/heads\/main/);
    });

    it('clones a part of the history', async () => {
      const dir = join(sandbox.dir, 'shallow');
      await sandbox.ok(['clone', '--quiet', '--depth=1', server.url, dir], { cwd: sandbox.dir });
      assert.equal(await cloneAt(dir).ok('rev-list', '--count', 'HEAD'), '1');
    });

    it('understands the gzip of a fetch that has much to say', async () => {
      const tree = await sandbox.ok(['rev-parse', 'main^{tree}']);
      for (let count = 0; count < 30; count += 1) {
        const oid = await sandbox.ok(['commit-tree', tree, '-m', `event ${count}`]);
        await sandbox.ok(['update-ref', `refs/heads/sign/${count}`, oid]);
      }
      const alice = await clone(server.url);
      await alice.ok('rev-parse', 'origin/sign/29');
      assert.ok(server.requests.some(({ headers }) => headers['content-encoding'] === 'gzip'));
    });

    it('takes 3 MB in chunks, after the probe that goes before', async () => {
      const alice = await clone(server.urlOfAlice);
      const content = randomBytes(3_000_000);
      await alice.write('targets/large.bin', content);
      const oid = await alice.commit('large');
      await alice.ok('-c', 'http.postBuffer=65536', 'push', '--quiet', 'origin', 'HEAD:main');
      assert.equal(await tip(), oid);
      const posts = server.requests.filter(({ path }) => path.endsWith('/git-receive-pack'));
      const [probe, push] = posts.map(({ headers }) => headers);
      assert.equal(probe?.['content-length'], '4');
      assert.equal(push?.['transfer-encoding'], 'chunked');
      const stored = await sandbox.git(['cat-file', 'blob', 'main:targets/large.bin']);
      assert.equal(digest(stored.stdout), digest(content));
    });

    it('shows what the hook says, and tells hook and log who pushes', async () => {
      await sandbox.hook(
        'pre-receive',
        'echo "refused [root.threshold] by $REMOTE_USER" >&2; exit 1',
      );
      const alice = await clone(server.urlOfAlice);
      await alice.commit('two');
      const refused = await alice.git('push', 'origin', 'HEAD:main');
      assert.notEqual(refused.status, 0);
      assert.match(refused.stderr, /remote: refused \[root\.threshold\] by alice/);
      await sandbox.hook('pre-receive', 'exit 0');
      const oid = await alice.ok('rev-parse', 'HEAD');
      await alice.ok('push', '--quiet', 'origin', 'HEAD:main');
      const repository = openBareRepository(sandbox.bare);
      assert.equal((await repository.receipt('refs/heads/main', objectId(oid)))?.by, 'alice');
      await repository.close();
    });

    it('gives the hook nothing of the environment that the server runs in', async () => {
      const listed = join(sandbox.dir, 'environment');
      await sandbox.hook('pre-receive', `env > '${listed}'`);
      process.env['GIT_CONFIG_GLOBAL'] = '/somewhere/else';
      process.env['TUF_SECRET'] = 'secret';
      try {
        const alice = await clone(server.urlOfAlice);
        await alice.commit('two');
        await alice.ok('push', '--quiet', 'origin', 'HEAD:main');
      } finally {
        delete process.env['GIT_CONFIG_GLOBAL'];
        delete process.env['TUF_SECRET'];
      }
      const environment = await readFile(listed, 'utf8');
      assert.match(environment, /^GIT_CONFIG_GLOBAL=\/dev\/null$/m);
      assert.doesNotMatch(environment, /secret|HOME=|Authorization|tog_/);
    });

    it('nudges after a push, not after a fetch', async () => {
      const alice = await clone(server.urlOfAlice);
      assert.equal(nudges, 0);
      await alice.commit('two');
      await alice.ok('push', '--quiet', 'origin', 'HEAD:main');
      await until('it is nudged', () => nudges === 1);
    });
  });

  describe('with clients that go away', () => {
    it('leaves the repository as it was when a push breaks off', async () => {
      const before = await tip();
      const body = await pushBody(randomBytes(200_000));
      const settled = server.settled(receive);
      const unpacking = quarantineAppears();
      const push = startPush({ 'Transfer-Encoding': 'chunked' });
      push.write(body.subarray(0, body.length / 2));
      await unpacking;
      push.destroy();
      await settled;
      assert.equal(await tip(), before);
      assert.deepEqual(await quarantines(), []);
      await pushFromElsewhere();
      await sandbox.ok(['fsck', '--strict']);
    });

    it('leaves it as it was when even the commands break off', async () => {
      const before = await tip();
      const body = await pushBody(randomBytes(100));
      const [begun, settled] = [server.begun(receive), server.settled(receive)];
      const push = startPush({ 'Content-Length': String(body.length) });
      push.write(body.subarray(0, 60));
      await begun;
      push.destroy();
      await settled;
      assert.equal(await tip(), before);
      assert.deepEqual(await quarantines(), []);
    });

    it('finishes a push that was sent whole', async () => {
      const { started, release } = await holdingHook();
      const before = await tip();
      const settled = server.settled(receive);
      const push = startPush({ 'Transfer-Encoding': 'chunked' });
      push.end(await pushBody(randomBytes(100)));
      await started();
      push.destroy();
      await release();
      await settled;
      assert.notEqual(await tip(), before);
      assert.deepEqual(await quarantines(), []);
      assert.equal(nudges, 1);
    });

    it('ends a fetch, and has its place free again', async () => {
      await pushFromElsewhere(randomBytes(8_000_000));
      const settled = server.settled('/git-upload-pack');
      const want = pkt(`want ${await tip()} side-band-64k\n`);
      const body = `${want}0000${pkt('done\n')}`;
      const fetch = server.start('POST', '/git-upload-pack', typeOfFetch);
      fetch.end(body);
      const [answer] = (await once(fetch, 'response')) as [IncomingMessage];
      await once(answer, 'readable');
      fetch.destroy();
      await settled;
      assert.deepEqual(server.errors, []);
      await clone(server.url);
    });

    it('cuts a connection on which nothing moves', async () => {
      await server.close();
      server = await gitServer(sandbox.bare, { idleTimeoutMs: 50 });
      const settled = server.settled(receive);
      const push = startPush({ 'Transfer-Encoding': 'chunked' });
      push.flushHeaders();
      await assert.rejects(once(push, 'response'));
      await settled;
    });
  });

  describe('with more clients than places', () => {
    it('sends a second push away for a while, but not a fetch', async () => {
      await server.close();
      server = await gitServer(sandbox.bare, { maxConcurrent: 1, maxWaitMs: 0 });
      const { started, release } = await holdingHook();
      const settled = server.settled(receive);
      const push = startPush({ 'Transfer-Encoding': 'chunked' });
      push.end(await pushBody(randomBytes(100)));
      await started();
      const authorization = { Authorization: `Bearer ${tokenOfAlice}` };
      const refs = '/info/refs?service=git-receive-pack';
      const second = await server.ask('GET', refs, authorization);
      assert.equal(second.status, 503);
      assert.match(second.headers['retry-after'] ?? '', /^\d+$/);
      await sandbox.ok(['ls-remote', server.url]);
      await release();
      await settled;
      assert.equal((await server.ask('GET', refs, authorization)).status, 200);
    });
  });

  describe('with more clients than places, and time to wait', () => {
    it('lets one after the other in', async () => {
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => server.ask('GET', '/info/refs?service=git-upload-pack')),
      );
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    });
  });

  describe('when git itself is in trouble', () => {
    it('answers 500 without telling more, and tells the log', async () => {
      await writeFile(join(sandbox.bare, 'config'), '[core\n');
      const answer = await server.ask('GET', '/info/refs?service=git-upload-pack');
      assert.equal(answer.status, 500);
      assert.doesNotMatch(answer.body, /config|tuf-on-git-test/);
      assert.deepEqual(codesOf(server.errors), ['repository.git']);
    });

    it('does the same when the repository has gone', async () => {
      await rm(sandbox.bare, { recursive: true });
      const answer = await server.ask('GET', '/info/refs?service=git-upload-pack');
      assert.equal(answer.status, 500);
      assert.doesNotMatch(answer.body, /tuf-on-git-test/);
      assert.deepEqual(codesOf(server.errors), ['repository.git']);
    });
  });

  function startPush(headers: Record<string, string>): ClientRequest {
    const authorization = { Authorization: `Bearer ${tokenOfAlice}` };
    return server.start('POST', receive, { ...authorization, ...typeOfPush, ...headers });
  }

  /** What a client sends to move main to a new commit that holds these bytes. */
  async function pushBody(content: Buffer): Promise<Buffer> {
    const dir = join(sandbox.dir, 'pusher');
    await sandbox.ok(['clone', '--quiet', sandbox.bare, dir], { cwd: sandbox.dir });
    const pusher = cloneAt(dir);
    const before = await tip();
    await pusher.write('targets/pushed.bin', content);
    const after = await pusher.commit('pushed');
    const input = `${after}\n^${before}\n`;
    const pack = await runGit(['pack-objects', '--revs', '--stdout', '-q'], { cwd: dir, input });
    const command = pkt(`${before} ${after} refs/heads/main\0report-status side-band-64k`);
    return Buffer.concat([Buffer.from(`${command}0000`), pack.stdout]);
  }

  async function pushFromElsewhere(content: Uint8Array = Buffer.from('x')): Promise<void> {
    const other = await sandbox.clone('elsewhere');
    await other.write('targets/elsewhere.bin', content);
    await other.commit('elsewhere');
    await other.ok('push', '--quiet', 'origin', 'HEAD:main');
  }

  async function quarantines(): Promise<string[]> {
    const names = await readdir(join(sandbox.bare, 'objects'));
    return names.filter((name) => name.includes('incoming'));
  }

  async function quarantineAppears(): Promise<void> {
    for await (const { filename } of watch(join(sandbox.bare, 'objects'))) {
      if (filename?.includes('incoming') === true) return;
    }
  }

  /** A hook that tells when it has begun and then waits for us. */
  async function holdingHook(): Promise<{
    started: () => Promise<string>;
    release: () => Promise<void>;
  }> {
    const begun = join(sandbox.dir, 'begun');
    const free = join(sandbox.dir, 'free');
    await sandbox.hook('pre-receive', `echo begun > '${begun}'; cat '${free}'`);
    execFileSync('mkfifo', [begun, free]);
    return { started: () => readFile(begun, 'utf8'), release: () => writeFile(free, 'go') };
  }
});

const receive = '/git-receive-pack';

function codesOf(errors: readonly unknown[]): unknown[] {
  return errors.map((error) => (error instanceof TufOnGitError ? error.code : error));
}

function pkt(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text;
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
