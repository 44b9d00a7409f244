import { strict as assert } from 'node:assert';
import { access, readFile, writeFile } from 'node:fs/promises';
import http, { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { cloneWorkspace } from '../../../core/git/workspace/clone-workspace.ts';
import { openWorkspace } from '../../../core/git/workspace/open-workspace.ts';
import type { Workspace } from '../../../core/git/workspace/workspace.ts';
import { gitServer, tokenOfAlice, tokenOfBob, type GitServer } from '../../kit/git-server.ts';
import { gitSandbox, type GitSandbox } from '../../kit/git.ts';

const alice = { name: 'Alice', email: 'alice@example.com' };

describe('a workspace over HTTP, without any git', () => {
  let sandbox: GitSandbox;
  let server: GitServer;

  beforeEach(async () => {
    sandbox = await gitSandbox();
    await sandbox.seed({ 'metadata/root.json': 'root 1' });
    server = await gitServer(sandbox.bare);
  });

  afterEach(async () => {
    await server.close();
    await sandbox.remove();
  });

  /** As on a machine where no git is installed; the server keeps the path that it began with. */
  async function withoutGit<T>(act: () => Promise<T>): Promise<T> {
    const path = process.env['PATH'];
    process.env['PATH'] = join(sandbox.dir, 'no-git-here');
    try {
      return await act();
    } finally {
      process.env['PATH'] = path;
    }
  }

  function clone(token?: string): Promise<Workspace> {
    const dir = join(sandbox.dir, 'alice');
    return withoutGit(() =>
      cloneWorkspace({ url: server.url, dir, ...(token === undefined ? {} : { token }) }),
    );
  }

  async function commitOne(workspace: Workspace, content: string): Promise<string> {
    await writeFile(join(workspace.dir, 'metadata/root.json'), content);
    return workspace.commit({
      paths: ['metadata/root.json'],
      message: content,
      author: alice,
    });
  }

  const tip = (): Promise<string> => sandbox.ok(['rev-parse', 'main']);

  it('clones, pushes, fetches and follows', async () => {
    const workspace = await clone(tokenOfAlice);
    assert.equal(await readFile(join(workspace.dir, 'metadata/root.json'), 'utf8'), 'root 1');
    const oid = await commitOne(workspace, 'root 2');
    assert.deepEqual(await withoutGit(() => workspace.push()), { accepted: true, lines: [] });
    assert.equal(await tip(), oid);
    const other = await cloneWorkspace({ url: server.url, dir: join(sandbox.dir, 'other') });
    await commitOne(workspace, 'root 3');
    await workspace.push();
    await withoutGit(() => other.fetch());
    assert.equal(await other.fastForward(), true);
    assert.equal(await readFile(join(other.dir, 'metadata/root.json'), 'utf8'), 'root 3');
    await sandbox.ok(['fsck', '--strict']);
  });

  it('hears what the hook says, of a refusal and of a success', async () => {
    const workspace = await clone(tokenOfAlice);
    await commitOne(workspace, 'root 2');
    await sandbox.hook(
      'pre-receive',
      String.raw`printf 'refused [root.threshold] one\ntwo\033[2J\n' >&2; exit 1`,
    );
    const heard: string[] = [];
    const refused = await workspace.push({ onMessage: (line) => heard.push(line) });
    assert.equal(refused.accepted, false);
    assert.equal(refused.reason, 'pre-receive hook declined');
    assert.deepEqual(refused.lines, ['refused [root.threshold] one', 'two\\u{001b}[2J']);
    assert.deepEqual(heard, refused.lines);
    await sandbox.hook('pre-receive', 'echo "accepted, with a warning" >&2');
    const accepted = await workspace.push();
    assert.deepEqual(accepted, { accepted: true, lines: ['accepted, with a warning'] });
  });

  it('is told when the server has moved on', async () => {
    const workspace = await clone(tokenOfAlice);
    const other = await cloneWorkspace({
      url: server.url,
      dir: join(sandbox.dir, 'other'),
      token: tokenOfAlice,
    });
    await commitOne(other, 'root of the other');
    await other.push();
    await commitOne(workspace, 'root 2');
    const result = await workspace.push();
    assert.deepEqual([result.accepted, result.reason], [false, 'non-fast-forward']);
  });

  for (const [what, token] of [
    ['no token', undefined],
    ['a wrong token', 'tog_wrong'],
    ['a token that may not push', tokenOfBob],
  ] as const) {
    it(`is refused a push with ${what}`, async () => {
      const before = await tip();
      const workspace = await clone(token);
      await commitOne(workspace, 'root 2');
      await assert.rejects(workspace.push(), { code: 'repository.refused' });
      assert.equal(await tip(), before);
    });
  }

  it('sends no token where none is asked for', async () => {
    await clone(tokenOfAlice);
    assert.ok(server.requests.length > 0);
    assert.ok(server.requests.every(({ headers }) => headers.authorization === undefined));
  });

  it('uses a token that stands in the address, and stores it nowhere', async () => {
    const dir = join(sandbox.dir, 'alice');
    const workspace = await cloneWorkspace({ url: server.urlOfAlice, dir });
    assert.equal(await workspace.remoteUrl(), server.url);
    await commitOne(workspace, 'root 2');
    assert.equal((await workspace.push()).accepted, true);
    const config = await readFile(join(dir, '.git', 'config'), 'utf8');
    assert.doesNotMatch(config, new RegExp(tokenOfAlice));
    const later = await openWorkspace(dir);
    await commitOne(later, 'root 3');
    await assert.rejects(later.push(), { code: 'repository.refused' });
  });

  it('sends no token over plain HTTP to another machine', async () => {
    const asking = await askingServer();
    try {
      const workspace = await clone(tokenOfAlice);
      await writeFile(
        join(workspace.dir, '.git', 'config'),
        `[remote "origin"]\n\turl = http://0.0.0.0:${asking.port}/repository.git\n`,
      );
      await assert.rejects(workspace.fetch(), { code: 'repository.refused' });
      assert.deepEqual(asking.authorizations, [undefined]);
    } finally {
      await asking.close();
    }
  });

  it('cannot reach what is not there', async () => {
    const workspace = await clone(tokenOfAlice);
    await commitOne(workspace, 'root 2');
    await server.close();
    await assert.rejects(workspace.fetch(), { code: 'repository.unreachable' });
    await assert.rejects(workspace.push(), { code: 'repository.unreachable' });
    const dir = join(sandbox.dir, 'none');
    await assert.rejects(cloneWorkspace({ url: server.url, dir }), {
      code: 'repository.unreachable',
    });
    await assert.rejects(access(dir), { code: 'ENOENT' });
    server = await gitServer(sandbox.bare);
  });

  it('clones nothing from an address that is no repository', async () => {
    const dir = join(sandbox.dir, 'none');
    const url = server.url.replace('/repository.git', '/elsewhere');
    await assert.rejects(cloneWorkspace({ url, dir }), { code: 'repository.refused' });
    await assert.rejects(access(dir), { code: 'ENOENT' });
  });

  it('tells trouble of the server from a refusal', async () => {
    const workspace = await clone(tokenOfAlice);
    await commitOne(workspace, 'root 2');
    await writeFile(join(sandbox.bare, 'config'), '[core\n');
    await assert.rejects(workspace.push(), { code: 'repository.unreachable' });
  });

  it('waits for a server that is silent for longer than the agent of Node has patience', async () => {
    const agent = http.globalAgent;
    const impatient = new http.Agent({ keepAlive: true, timeout: 40 });
    http.globalAgent = impatient;
    const slow = await askingServer(200);
    try {
      const url = `http://127.0.0.1:${slow.port}/repository.git`;
      const dir = join(sandbox.dir, 'bob');
      await assert.rejects(cloneWorkspace({ url, dir }), { code: 'repository.refused' });
      assert.equal(slow.authorizations.length, 1);
    } finally {
      await slow.close();
      http.globalAgent = agent;
      impatient.destroy();
    }
  });
});

interface AskingServer {
  readonly port: number;
  readonly authorizations: (string | undefined)[];
  close(): Promise<void>;
}

/** A server that asks everybody for a token and remembers what it was given. */
async function askingServer(delayMs = 0): Promise<AskingServer> {
  const authorizations: (string | undefined)[] = [];
  const server: Server = createServer((req, res) => {
    authorizations.push(req.headers.authorization);
    setTimeout(() => {
      res.writeHead(401, { 'WWW-Authenticate': 'Basic realm="elsewhere"' }).end();
    }, delayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    authorizations,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
