import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gitServer, tokenOfAlice, tokenOfBob } from '../kit/git-server.ts';
import { cloneAt } from '../kit/git.ts';
import {
  workspaceAt,
  workspaces,
  type MaintainerWorkspace,
  type Workspaces,
} from '../kit/workspaces.ts';

const aliceTarget = 'alice-project/tool/1.1.0/tool.tgz';
const bobTarget = 'bob-project/app/2.1/app.bin';

describe('a push', () => {
  let kit: Workspaces;
  beforeEach(async () => {
    kit = await workspaces();
  });
  afterEach(() => kit.remove());

  it('that the hook refuses fails under the hook’s code, with its lines as they came', async () => {
    const alice = await kit.clone('alice', 'alice');
    await writeFile(path.join(alice.dir, 'NOTES.txt'), 'mine');
    await cloneAt(alice.dir).commit('by hand');
    const run = await alice.refused(1, 'git.path-not-allowed', 'push');
    assert.match(run.stderr, /^server: .*refused \[git\.path-not-allowed\] NOTES\.txt/m);
  });

  it('that is refused can be mended and sent again', async () => {
    const alice = await kit.clone('alice', 'alice');
    await drafted(alice, aliceTarget, 'one');
    await alice.ok('sign', '--yes');
    await kit.gated.sandbox.hook(
      'pre-receive',
      'echo "tuf-on-git: refused [target.lfs-pointer] a: b" >&2; exit 1',
    );
    await alice.refused(1, 'target.lfs-pointer', 'push');
    await drafted(alice, aliceTarget, 'two');
    await alice.ok('sign', '--yes');
    await kit.gated.sandbox.hook('pre-receive', 'exit 0');
    await alice.ok('push');
    assert.equal(await kit.onMain(`targets/${aliceTarget}`), 'two');
    assert.equal(await kit.gated.sandbox.ok(['rev-list', '--count', 'main']), '2');
  });

  it('of half a change is not sent', async () => {
    const alice = await kit.clone('alice', 'alice');
    await drafted(alice, aliceTarget, 'one');
    await alice.refused(4, 'workspace.waiting', 'push');
    await alice.ok('sign', '--yes');
    await writeFile(path.join(alice.dir, 'targets/ghost'), 'nobody names me');
    assert.match(await alice.ok('status'), /no draft accounts for:\n {2}targets\/ghost/);
    await writeFile(path.join(alice.dir, 'targets', aliceTarget), 'two');
    await alice.refused(2, 'workspace.dirty', 'push');
    await writeFile(path.join(alice.dir, 'targets', aliceTarget), 'one');
    assert.match(
      (await alice.run('push')).stderr,
      /not sent, no metadata names it: targets\/ghost/,
    );
    await assert.rejects(kit.onMain('targets/ghost'));
    assert.equal(await kit.onMain(`targets/${aliceTarget}`), 'one');
  });

  it('finds main moved by others, goes on top of it and keeps its signatures', async () => {
    const [alice, bob] = [await kit.clone('alice', 'alice'), await kit.clone('bob', 'bob')];
    await drafted(alice, aliceTarget, 'alice');
    await alice.ok('sign', '--yes');
    await drafted(bob, bobTarget, 'bob');
    await bob.ok('sign', '--yes');
    await bob.ok('push');
    const run = await alice.run('push');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stderr, /moved on/);
    assert.equal(await kit.onMain(`targets/${aliceTarget}`), 'alice');
    assert.equal(await kit.onMain(`targets/${bobTarget}`), 'bob');
    assert.equal(await kit.gated.sandbox.ok(['rev-list', '--count', 'main']), '3');
  });

  it('over HTTP finds main moved just as well', async () => {
    const server = await gitServer(kit.gated.sandbox.bare);
    const token = path.join(kit.dir, 'token');
    await writeFile(token, tokenOfAlice, { mode: 0o600 });
    const pin = ['--root', path.join(kit.dir, 'root.json'), '--key', kit.keyUri('alice')];
    const cloned = await kit.run(
      kit.dir,
      'clone',
      server.url,
      'web',
      ...pin,
      '--token-file',
      token,
    );
    assert.equal(cloned.status, 0, cloned.stderr);
    const [alice, bob] = [workspaceAt(path.join(kit.dir, 'web')), await kit.clone('bob', 'bob')];
    await drafted(alice, aliceTarget, 'alice');
    await alice.ok('sign', '--yes');
    await drafted(bob, bobTarget, 'bob');
    await bob.ok('sign', '--yes');
    await bob.ok('push');
    await alice.ok('push');
    await server.close();
    assert.equal(await kit.onMain(`targets/${aliceTarget}`), 'alice');
    assert.equal(await kit.gated.sandbox.ok(['rev-list', '--count', 'main']), '3');
  });

  describe('over the same role as somebody else’s', () => {
    const another = 'alice-project/tool/1.2.0/tool.tgz';
    let one: MaintainerWorkspace;
    let two: MaintainerWorkspace;
    beforeEach(async () => {
      [one, two] = [await kit.clone('one', 'alice'), await kit.clone('two', 'alice')];
      await drafted(one, aliceTarget, 'one');
      await one.ok('sign', '--yes');
      await one.ok('push');
    });

    it('makes it again on theirs, and says that it has to be signed again', async () => {
      await drafted(two, another, 'two');
      await two.ok('sign', '--yes');
      const { stderr } = await two.refused(4, 'workspace.waiting', 'push');
      assert.match(
        stderr,
        /^alice is made again as version 3: main has version 2 by now; sign it/m,
      );
      assert.match(await two.ok('status'), /alice: version 2 → 3, 0 of 1 signature; @alice is/);
      await two.ok('sign', '--yes');
      await two.ok('push');
      assert.equal(await kit.onMain(`targets/${another}`), 'two');
      assert.equal(await kit.onMain(`targets/${aliceTarget}`), 'one');
      assert.match(
        await kit.onMain('metadata/alice.json'),
        new RegExp(`${aliceTarget}[^]*${another}`),
      );
    });

    it('is found by status too, before anything was signed', async () => {
      await drafted(two, another, 'two');
      const { stderr, stdout } = await two.run('status', '--fetch');
      assert.match(stderr, /alice is made again as version 3/);
      assert.match(stdout, /^next: tuf-on-git sign$/m);
    });

    it('is no draft any more where both say the same', async () => {
      await drafted(two, aliceTarget, 'one');
      const { stderr, stdout } = await two.run('status', '--fetch');
      assert.match(stderr, /alice is not drafted any more: main says the same/);
      assert.match(stdout, /^nothing is drafted$/m);
    });

    it('is told so where both change one target, and stays as it was', async () => {
      await drafted(two, aliceTarget, 'two');
      await two.ok('sign', '--yes');
      const before = await two.ok('status');
      const { stderr } = await two.refused(2, 'workspace.base', 'push');
      assert.match(stderr, new RegExp(`main has changed targets/${aliceTarget} since you began`));
      assert.match(before, /alice: version 1 → 2, 1 of 1 signature/);
      assert.match(await two.ok('status'), /alice: version 1 → 2, 1 of 1 signature/);
      await cloneAt(two.dir).ok('checkout', 'origin/main', '--', 'metadata', 'targets');
      await two.ok('status', '--fetch');
      await drafted(two, aliceTarget, 'two');
      await two.ok('sign', '--yes');
      await two.ok('push');
      assert.equal(await kit.onMain(`targets/${aliceTarget}`), 'two');
    });
  });

  it('mixes with plain git', async () => {
    const alice = await kit.clone('alice', 'alice');
    const git = cloneAt(alice.dir);
    await drafted(alice, aliceTarget, 'one');
    await alice.ok('sign', '--yes');
    await git.ok('push', '--quiet', 'origin', 'main');
    await drafted(alice, aliceTarget, 'two');
    assert.match(await alice.ok('status'), /alice: version 2 → 3/);
    await alice.ok('sign', '--yes');
    await git.ok('push', '--quiet', 'origin', 'main');
    await git.ok('pull', '--quiet');
    assert.match((await alice.run('push')).stderr, /nothing to push/);
    assert.equal(await kit.onMain(`targets/${aliceTarget}`), 'two');
  });

  it('goes nowhere without a token, with a wrong one, or without a server', async () => {
    const server = await gitServer(kit.gated.sandbox.bare);
    const pin = ['--root', path.join(kit.dir, 'root.json'), '--key', kit.keyUri('alice')];
    const cloned = await kit.run(kit.dir, 'clone', server.url, 'web', ...pin);
    assert.equal(cloned.status, 0, cloned.stderr);
    const alice = workspaceAt(path.join(kit.dir, 'web'));
    await drafted(alice, aliceTarget, 'one');
    await alice.ok('sign', '--yes');
    await alice.refused(1, 'repository.refused', 'push');
    const token = path.join(kit.dir, 'token');
    await writeFile(token, tokenOfBob, { mode: 0o600 });
    await alice.refused(1, 'repository.refused', 'push', '--token-file', token);
    await writeFile(token, tokenOfAlice);
    await server.close();
    await alice.refused(3, 'repository.unreachable', 'push', '--token-file', token);
    await alice.refused(3, 'repository.unreachable', 'status', '--fetch');
    await alice.refused(2, 'usage.argument', 'push', '--token-file', 'nothing');
    assert.match(await alice.ok('status'), /1 of 1 signature/);
  });
});

async function drafted(work: MaintainerWorkspace, target: string, content: string): Promise<void> {
  await work.ok('add', target, await work.file('file', content));
}
