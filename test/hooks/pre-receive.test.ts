import assert from 'node:assert/strict';
import { chmod, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gatedRepository, type GatedRepository } from '../kit/gated-repository.ts';
import type { GitRun } from '../kit/git.ts';
import {
  aliceSigned,
  entryOf,
  fileOf,
  people,
  putRole,
  putRoot,
  putTarget,
  roleSigned,
  rootSigned,
  validTree,
  type Tree,
} from '../kit/source-tree.ts';

const start = validTree();
const root = start.get('metadata/root.json') ?? Buffer.of();

function aliceNext(version: number, count = 1): Tree {
  const tree = new Map(start);
  const targets = { [fileOf.alice]: entryOf(tree, fileOf.alice) };
  for (let index = 0; index < count; index += 1) {
    const target = `alice-project/tool/1.${version}.${index}/tool.tgz`;
    putTarget(tree, target, `tool ${index}`);
    targets[target] = entryOf(tree, target);
  }
  putRole(tree, 'alice', roleSigned(version, targets), [people.alice]);
  return tree;
}

describe('the pre-receive hook', () => {
  let gated: GatedRepository;

  beforeEach(async () => {
    gated = await gatedRepository(root);
    await gated.commit(start);
    accepted(await gated.push());
  });
  afterEach(() => gated.sandbox.remove());

  const accepted = (run: GitRun) => {
    assert.equal(run.status, 0, run.stderr);
  };
  const refused = async (run: GitRun, ...codes: string[]) => {
    assert.notEqual(run.status, 0);
    assert.deepEqual(gated.refusals(run), codes, run.stderr);
    assert.doesNotMatch(run.stderr, /\n\s+at /, 'no stack trace');
    assert.equal(await gated.sandbox.ok(['rev-parse', 'main']), await startTip());
  };
  const startTip = () => gated.clone.ok('rev-parse', 'origin/main');

  it('accepts a signed change that arrives as loose objects', async () => {
    await gated.commit(aliceNext(2));
    accepted(await gated.push());
  });

  it('accepts a signed change that arrives as one pack', async () => {
    await gated.commit(aliceNext(2, 60));
    accepted(await gated.push());
  });

  it('accepts several commits, each the next version', async () => {
    await gated.commit(aliceNext(2));
    await gated.commit(aliceNext(3));
    accepted(await gated.push());
  });

  it('names the bad one of several commits', async () => {
    await gated.commit(aliceNext(2));
    const bad = await gated.commit(aliceNext(4));
    await gated.commit(aliceNext(5));
    const run = await gated.push();
    await refused(run, 'role.version-not-next');
    assert.match(run.stderr, new RegExp(`commit ${bad.slice(0, 10)}`));
  });

  it('refuses a bad pack whole and leaves no object of it behind', async () => {
    const bad = await gated.commit(aliceNext(7, 60));
    await refused(await gated.push(), 'role.version-not-next');
    assert.notEqual((await gated.sandbox.git(['cat-file', '-e', bad])).status, 0);
  });

  it('refuses an unsigned change', async () => {
    const tree = new Map(start);
    putRole(tree, 'alice', aliceSigned(tree, 2), []);
    await gated.commit(tree);
    await refused(await gated.push(), 'role.threshold');
  });

  it('refuses a rewritten history', async () => {
    await gated.commit(aliceNext(2));
    accepted(await gated.push());
    await gated.clone.ok('commit', '--quiet', '--amend', '-m', 'another');
    await refused(await gated.push('--force', 'origin', 'HEAD:main'), 'git.force-push');
  });

  it('refuses to go back to an earlier commit', async () => {
    await gated.commit(aliceNext(2));
    accepted(await gated.push());
    await refused(await gated.push('--force', 'origin', 'HEAD~1:main'), 'git.force-push');
  });

  it('refuses a history that starts anew', async () => {
    await gated.clone.ok('commit', '--quiet', '--amend', '-m', 'another');
    await refused(await gated.push('--force', 'origin', 'HEAD:main'), 'git.unrelated-history');
  });

  it('refuses to delete main', async () => {
    await refused(await gated.push('origin', ':main'), 'git.delete');
  });

  it('refuses a merge', async () => {
    await gated.clone.ok('checkout', '--quiet', '-b', 'side');
    await gated.commit(aliceNext(2));
    await gated.clone.ok('checkout', '--quiet', 'main');
    await gated.clone.ok('merge', '--quiet', '--no-ff', '-m', 'merge', 'side');
    await refused(await gated.push('origin', 'main'), 'git.merge');
  });

  for (const ref of ['refs/tags/v1', 'refs/heads/HEAD', 'refs/notes/commits', 'refs/heads/other']) {
    it(`refuses a push to ${ref}`, async () => {
      await refused(await gated.push('origin', `HEAD:${ref}`), 'git.ref');
    });
  }

  it('refuses a replacement of the first commit', async () => {
    const first = await gated.clone.ok('rev-parse', 'HEAD');
    const evil = await gated.commit(aliceNext(9));
    await refused(await gated.push('origin', `${evil}:refs/replace/${first}`), 'git.ref');
  });

  it('refuses the daemon’s refs before any hook runs', async () => {
    const run = await gated.push('origin', 'HEAD:refs/tuf/published');
    assert.notEqual(run.status, 0);
    assert.equal((await gated.sandbox.ok(['for-each-ref', 'refs/tuf'])).length, 0);
  });

  it('refuses several refs in one push', async () => {
    await gated.commit(aliceNext(2));
    await refused(
      await gated.push('--atomic', 'origin', 'HEAD:main', 'HEAD:refs/heads/more'),
      'git.several-refs',
      'git.ref',
    );
  });

  it('refuses an executable bit, with the way out', async () => {
    await gated.commit(aliceNext(2));
    await chmod(path.join(gated.clone.dir, 'metadata/alice.json'), 0o755);
    await gated.clone.commit('metadata: with a bit');
    const run = await gated.push();
    await refused(run, 'git.executable');
    assert.match(run.stderr, /update-index --chmod=-x/);
  });

  it('refuses a symbolic link', async () => {
    await symlink('/etc/passwd', path.join(gated.clone.dir, 'targets/link'));
    await gated.clone.commit('targets: a link');
    await refused(await gated.push(), 'git.mode');
  });

  it('keeps terminal escapes of a hostile name off the terminal', async () => {
    await writeFile(path.join(gated.clone.dir, 'targets/\u001b[31mred'), 'x');
    await gated.clone.commit('targets: red');
    const run = await gated.push();
    await refused(run, 'git.name');
    assert.ok(!run.stderr.includes('\u001b[31m'));
  });

  it('prints lines of at most 100 columns', async () => {
    const tree = new Map(start);
    const target = `bob-project/${'x'.repeat(90)}/1/f`;
    putTarget(tree, target, 'x');
    putRole(tree, 'alice', roleSigned(2, { [target]: entryOf(tree, target) }), [people.alice]);
    tree.delete(`targets/${fileOf.alice}`);
    await gated.commit(tree);
    const run = await gated.push();
    await refused(run, 'path.outside-delegation');
    const lines = run.stderr.split('\n').filter((text) => text.includes('tuf-on-git:'));
    for (const text of lines) assert.ok(text.trimEnd().length <= 'remote: '.length + 100, text);
  });

  it('fails closed when its pinned root is gone', async () => {
    await rename(path.join(gated.sandbox.dir, 'root.json'), path.join(gated.sandbox.dir, 'away'));
    await gated.commit(aliceNext(2));
    await refused(await gated.push(), 'git.unable');
  });

  it('fails closed when an object is missing on the server', async () => {
    await gated.commit(aliceNext(2));
    await loseObject(gated, 'main:metadata/root_history/1.root.json');
    const tip = await gated.sandbox.ok(['rev-parse', 'main']);
    assert.notEqual((await gated.push()).status, 0);
    assert.equal(await gated.sandbox.ok(['rev-parse', 'main']), tip);
  });
});

/** Takes one object out of the server's repository, as a failing disk would. */
async function loseObject({ sandbox }: GatedRepository, name: string): Promise<void> {
  const oid = await sandbox.ok(['rev-parse', name]);
  const packs = path.join(sandbox.bare, 'objects/pack');
  for (const file of (await readdir(packs)).filter((entry) => entry.endsWith('.pack'))) {
    const pack = await readFile(path.join(packs, file));
    await rm(path.join(packs, file));
    await rm(path.join(packs, file.replace('.pack', '.idx')));
    await sandbox.ok(['unpack-objects', '-q'], { input: pack });
  }
  await rm(path.join(sandbox.bare, 'objects', oid.slice(0, 2), oid.slice(2)));
}

describe('the pre-receive hook on the first push', () => {
  it('refuses another root than the pinned one', async () => {
    const gated = await gatedRepository(root);
    try {
      const other = validTree();
      const admins = [people.root1, people.root2];
      putRoot(other, { ...rootSigned(1), 'x-note': 'another' }, admins);
      await gated.commit(other);
      const run = await gated.push();
      assert.notEqual(run.status, 0);
      assert.deepEqual(gated.refusals(run), ['root.not-pinned']);
    } finally {
      await gated.sandbox.remove();
    }
  });
});
