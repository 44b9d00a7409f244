import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { cliSandbox } from '../kit/cli.ts';
import { gitServer, tokenOfAlice } from '../kit/git-server.ts';
import { people, putRole, putRoot, roleSigned, rootSigned, validTree } from '../kit/source-tree.ts';
import { workspaceAt, workspaces, type CommandRun, type Workspaces } from '../kit/workspaces.ts';

const { root1, root2, stranger } = people;

describe('a clone', () => {
  let kit: Workspaces;
  let root: string;
  before(async () => {
    kit = await workspaces();
    root = path.join(kit.dir, 'root.json');
  });
  afterEach(() => rm(path.join(kit.dir, 'work'), { recursive: true, force: true }));
  after(() => kit.remove());

  it('needs to be told which root to trust, and says what it found', async () => {
    const sha256 = createHash('sha256')
      .update(await readFile(root))
      .digest('hex');
    const refused = await refusedClone(kit, 2, 'usage.argument');
    assert.ok(refused.stderr.includes(`--root-sha256 ${sha256}`));
    const told = await kit.run(kit.dir, ...cloneArguments(kit, '--root-sha256', sha256));
    assert.equal(told.status, 0, told.stderr);
    assert.equal(told.stdout, `${path.join(kit.dir, 'work')}\n`);
  });

  it('says what each key may sign, root among it', async () => {
    const keys = ['root1', 'admin', 'carol'] as const;
    const options = keys.flatMap((key) => ['--key', kit.keyUri(key)]);
    const run = await kit.run(kit.dir, ...cloneArguments(kit, '--root', root, ...options));
    assert.match(run.stderr, /root1\.json may sign root$/m);
    assert.match(run.stderr, /admin\.json may sign targets$/m);
    assert.match(run.stderr, /carol\.json may sign nothing yet$/m);
  });

  it('warns of trust on first use', async () => {
    const run = await kit.run(kit.dir, ...cloneArguments(kit, '--trust-on-first-use'));
    assert.equal(run.status, 0);
    assert.match(run.stderr, /^warning: .*trusted/m);
  });

  it('of another repository than the one told is refused', async () => {
    await refusedClone(kit, 1, 'root.not-pinned', '--root-sha256', 'ab'.repeat(32));
    const other = validTree();
    putRoot(other, { ...rootSigned(1), 'x-other': true }, [root1, root2]);
    const file = path.join(kit.dir, 'other.json');
    await writeFile(file, other.get('metadata/root.json') ?? '');
    await refusedClone(kit, 1, 'root.not-pinned', '--root', file);
  });

  it('of an older root than the one told is refused: rollback', async () => {
    const newer = validTree();
    putRoot(newer, rootSigned(2), [root1, root2]);
    const file = path.join(kit.dir, 'newer.json');
    await writeFile(file, newer.get('metadata/root.json') ?? '');
    await refusedClone(kit, 1, 'rollback.root', '--root', file);
  });

  it('goes into an empty folder, never into one in use', async () => {
    await mkdir(path.join(kit.dir, 'full'));
    await writeFile(path.join(kit.dir, 'full/mine'), 'mine');
    const { bare } = kit.gated.sandbox;
    const run = await kit.run(kit.dir, 'clone', bare, 'full', '--root', root);
    assert.equal(run.status, 2);
    assert.deepEqual(await readdir(path.join(kit.dir, 'full')), ['mine']);
    await mkdir(path.join(kit.dir, 'empty'));
    assert.equal((await kit.run(kit.dir, 'clone', bare, 'empty')).status, 2);
    assert.deepEqual(await readdir(path.join(kit.dir, 'empty')), []);
    assert.equal((await kit.run(kit.dir, 'clone', bare, 'empty', '--root', root)).status, 0);
  });

  it('is the only place where workspace commands run', async () => {
    await workspaceAt(kit.dir).refused(2, 'workspace.missing', 'status');
    await kit.gated.clone.ok('fetch');
    await workspaceAt(kit.gated.clone.dir).refused(2, 'workspace.missing', 'status');
  });

  it('with a key that is not there fails before anything is fetched', async () => {
    await refusedClone(
      kit,
      2,
      'signer.key-not-found',
      '--root',
      root,
      '--key',
      'file:nothing.json',
    );
  });
});

describe('a clone of a main that has moved', () => {
  let kit: Workspaces;
  let root: string;
  beforeEach(async () => {
    kit = await workspaces();
    root = path.join(kit.dir, 'root.json');
  });
  afterEach(() => kit.remove());

  it('past the hook is refused', async () => {
    const tree = validTree();
    putRole(tree, 'alice', roleSigned(2, {}), [stranger]);
    await kit.gated.sandbox.hook('pre-receive', 'exit 0');
    await kit.gated.commit(tree);
    await kit.gated.push();
    await refusedClone(kit, 1, 'role.threshold', '--root', root);
  });

  it('follows the chain of roots, and never falls behind it again', async () => {
    const tree = validTree();
    putRoot(tree, rootSigned(2), [root1, root2]);
    await kit.gated.commit(tree);
    assert.equal((await kit.gated.push()).status, 0);
    const work = await kit.clone('work', 'alice');
    const trusted = path.join(work.dir, '.git/tuf-on-git/root.json');
    assert.deepEqual(await readFile(trusted), Buffer.from(tree.get('metadata/root.json') ?? ''));
    await kit.gated.sandbox.ok(['config', 'receive.denyNonFastForwards', 'false']);
    await kit.gated.sandbox.ok(['update-ref', 'refs/heads/main', 'main~1']);
    await work.refused(1, 'rollback.main', 'status', '--fetch');
  });
});

describe('a clone that is ended half-way', () => {
  it('leaves no folder behind', async () => {
    const machine = await cliSandbox();
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    try {
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}`;
      const clone = machine.start(['clone', url, 'work', '--trust-on-first-use']);
      await once(silent, 'connection');
      const work = path.join(machine.dir, 'work');
      assert.ok(existsSync(work));
      clone.kill('SIGINT');
      await once(clone, 'exit');
      assert.ok(!existsSync(work));
    } finally {
      silent.closeAllConnections();
      silent.close();
      await machine.remove();
    }
  });
});

describe('a workspace over HTTP, on a machine without git', () => {
  it('clones, adds, signs and pushes with the token it was given', async () => {
    const kit = await workspaces();
    const server = await gitServer(kit.gated.sandbox.bare);
    const machine = await cliSandbox();
    try {
      const env = { PATH: machine.dir };
      const work = path.join(machine.dir, 'work');
      const token = path.join(machine.dir, 'token');
      await writeFile(token, `${tokenOfAlice}\n`, { mode: 0o600 });
      const base = server.url.replace('/repository.git', '');
      const pin = ['--root', path.join(kit.dir, 'root.json'), '--key', kit.keyUri('alice')];
      await machine.ok(['clone', base, 'work', ...pin, '--token-file', token], { env });
      await rm(token);
      const kept = await stat(path.join(work, '.git/tuf-on-git/token'));
      assert.equal(kept.mode & 0o777, 0o600);
      await writeFile(path.join(machine.dir, 'tool'), 'over http');
      const target = 'alice-project/tool/2.0.0/tool';
      await machine.ok(['add', target, '../tool'], { env, cwd: work });
      await machine.ok(['sign', '--yes'], { env, cwd: work });
      await machine.ok(['push'], { env, cwd: work });
      const again = await machine.run(['push'], { env, cwd: work });
      assert.match(again.stderr, /nothing to push/);
      assert.equal(await kit.onMain(`targets/${target}`), 'over http');
    } finally {
      await server.close();
      await machine.remove();
      await kit.remove();
    }
  });
});

function cloneArguments(kit: Workspaces, ...more: string[]): string[] {
  return ['clone', kit.gated.sandbox.bare, 'work', ...more];
}

/** Fails unless the clone is refused with this status and code, and leaves nothing behind. */
async function refusedClone(
  kit: Workspaces,
  status: number,
  code: string,
  ...more: string[]
): Promise<CommandRun> {
  const run = await kit.run(kit.dir, ...cloneArguments(kit, ...more));
  assert.ok(run.stderr.includes(`[${code}]`), run.stderr);
  assert.equal(run.status, status, run.stderr);
  assert.ok(!existsSync(path.join(kit.dir, 'work')), 'something stayed behind');
  return run;
}
