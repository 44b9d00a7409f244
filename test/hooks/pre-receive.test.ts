/** What the gate's program prints, and that it fails closed; what it refuses is in test/gate/pushes. */
import assert from 'node:assert/strict';
import { chmod, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gatedRepository, type GatedRepository } from '../kit/gated-repository.ts';
import type { GitRun } from '../kit/git.ts';
import {
  entryOf,
  fileOf,
  people,
  putRole,
  putTarget,
  roleSigned,
  validTree,
  type Tree,
} from '../kit/source-tree.ts';

const start = validTree();
const root = start.get('metadata/root.json') ?? Buffer.of();

function aliceNext(): Tree {
  const tree = new Map(start);
  const target = 'alice-project/tool/1.0.1/tool.tgz';
  putTarget(tree, target, 'newer');
  const targets = { [fileOf.alice]: entryOf(tree, fileOf.alice), [target]: entryOf(tree, target) };
  putRole(tree, 'alice', roleSigned(2, targets), [people.alice]);
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

  it('refuses an executable bit, with the way out', async () => {
    await gated.commit(aliceNext());
    await chmod(path.join(gated.clone.dir, 'metadata/alice.json'), 0o755);
    await gated.clone.commit('metadata: with a bit');
    const run = await gated.push();
    await refused(run, 'git.executable');
    assert.match(run.stderr, /update-index --chmod=-x/);
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
    await gated.commit(aliceNext());
    await refused(await gated.push(), 'git.unable');
  });

  it('fails closed when an object is missing on the server', async () => {
    await gated.commit(aliceNext());
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
