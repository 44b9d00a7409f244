import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { askForWithdrawal } from '../../../daemon/public/withdrawals.ts';
import { FolderStore } from '../../../daemon/public/folder-store.ts';
import { daemonSuite, statusOf } from '../../kit/daemon.ts';
import { nextVersion, type TestHome } from '../../kit/home.ts';
import { entryOf, fileOf, putTarget } from '../../kit/source-tree.ts';

const hourMs = 3_600_000;

describe('what is public and belongs to no newer generation', () => {
  const suite = daemonSuite();
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead * hourMs) };

  beforeEach(() => {
    ahead = 0;
  });

  async function served() {
    const config = { retention: { metadataHours: 48, removedTargetHours: 100 } };
    // The signer goes by the machine's clock, the daemon by one that is far ahead.
    const home = await suite.home({ config, signer: { maxLifeHours: { timestamp: 24 * 31 } } });
    return { home, daemon: await suite.serve(home, { clock }) };
  }

  it('stays for its time and is gone then, but for roots', async () => {
    const { home, daemon } = await served();
    await home.release('1.1.0');
    await daemon.reconcile();
    const replaced = ['/metadata/1.alice.json', '/metadata/1.snapshot.json'];
    ahead = 47;
    await daemon.reconcile();
    for (const file of replaced) assert.equal(await statusOf(daemon, file), 200, file);
    ahead = 49;
    await daemon.reconcile();
    for (const file of replaced) assert.equal(await statusOf(daemon, file), 404, file);
    for (const file of ['1.root', '2.alice', '1.bob', '1.targets', 'timestamp']) {
      assert.equal(await statusOf(daemon, `/metadata/${file}.json`), 200, file);
    }
    const names = (await publicFiles(home)).filter((name) => name.startsWith('metadata/1.'));
    assert.deepEqual(names, [
      'metadata/1.bob.json',
      'metadata/1.root.json',
      'metadata/1.targets.json',
    ]);
  });

  it('is a target that stays longer, and for good when it comes back', async () => {
    const { home, daemon } = await served();
    const [alices, name] = [fileOf.alice, targetName(home, fileOf.alice)];
    await listedBy(home, false);
    await daemon.reconcile();
    ahead = 60;
    await daemon.reconcile();
    assert.equal(await statusOf(daemon, name), 200);
    await listedBy(home, true);
    await daemon.reconcile();
    ahead = 120;
    await daemon.reconcile();
    assert.equal(await statusOf(daemon, name), 200, `${alices} is listed again`);
    await listedBy(home, false);
    await daemon.reconcile();
    ahead = 180;
    await daemon.reconcile();
    assert.equal(await statusOf(daemon, name), 200);
    ahead = 240;
    await daemon.reconcile();
    assert.equal(await statusOf(daemon, name), 404);
    assert.equal(await statusOf(daemon, targetName(home, fileOf.bob)), 200);
  });

  it('is pruned after a restart as without, and later when its age was lost', async () => {
    const { home, daemon } = await served();
    await home.release('1.1.0');
    await daemon.reconcile();
    await daemon.close();
    ahead = 30;
    const second = await suite.serve(home, { clock });
    await second.close();
    ahead = 49;
    const third = await suite.serve(home, { clock });
    assert.equal(await statusOf(third, '/metadata/1.alice.json'), 404);
    await home.release('1.2.0');
    await third.reconcile();
    await third.close();
    await rm(path.join(home.paths.state, 'outdated.log'));
    ahead = 90;
    const fourth = await suite.serve(home, { clock });
    ahead = 137;
    await fourth.reconcile();
    assert.equal(await statusOf(fourth, '/metadata/2.alice.json'), 200);
    ahead = 140;
    await fourth.reconcile();
    assert.equal(await statusOf(fourth, '/metadata/2.alice.json'), 404);
  });

  it('is not what the operator put there, even where it was noted before', async () => {
    const { home, daemon } = await served();
    await daemon.close();
    const others = ['.well-known/security.txt', 'index.html', 'metadata/notes.json', 'targets/a'];
    for (const name of others) {
      const file = path.join(home.paths.public, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, 'kept');
    }
    const log = path.join(home.paths.state, 'outdated.log');
    await rm(log, { force: true });
    await (await suite.serve(home, { clock })).close();
    const noted = await readFile(log, 'utf8');
    assert.ok(!others.some((name) => noted.includes(JSON.stringify(name))), noted);
    const since = new Date().toISOString();
    await appendFile(log, others.map((name) => `${JSON.stringify({ name, since })}\n`).join(''));
    ahead = 240;
    await (await suite.serve(home, { clock })).close();
    const names = await publicFiles(home);
    assert.deepEqual(
      others.filter((name) => !names.includes(name)),
      [],
    );
  });

  it('goes at once when it is withdrawn, but nothing that is listed, and nothing outside', async () => {
    const { home, daemon } = await served();
    const [alices, bobs] = [targetName(home, fileOf.alice), targetName(home, fileOf.bob)];
    await listedBy(home, false);
    await daemon.reconcile();
    const outside = path.join(home.paths.state, `${'0'.repeat(64)}.secret`);
    await writeFile(outside, 'kept');
    await askForWithdrawal(home.paths.state, [
      alices.slice(1),
      bobs.slice(1),
      `targets/../../state/${'0'.repeat(64)}.secret`,
    ]);
    await daemon.reconcile();
    assert.equal(await statusOf(daemon, alices), 404);
    assert.equal(await statusOf(daemon, bobs), 200);
    await writeFile(outside, 'still there', { flag: 'r+' });
  });
});

/** Whether alice's first target is listed by the next version of her role. */
async function listedBy(home: TestHome, isListed: boolean): Promise<void> {
  await home.commit((tree) => {
    if (isListed) putTarget(tree, fileOf.alice, 'alice’s tool');
    else tree.delete(`targets/${fileOf.alice}`);
    nextVersion(tree, 'alice', (signed) => ({
      ...signed,
      targets: isListed ? { [fileOf.alice]: entryOf(tree, fileOf.alice) } : {},
    }));
  });
}

/** The URL of a target file that is in the tree now. */
function targetName({ tree }: TestHome, file: string): string {
  const { hashes } = entryOf(tree, file) as { hashes: { sha256: string } };
  const { dir, base } = path.posix.parse(file);
  return `/targets/${dir}/${hashes.sha256}.${base}`;
}

async function publicFiles({ paths }: TestHome): Promise<string[]> {
  const store = await FolderStore.open(paths.public);
  return (await store.list()).map(({ name }) => name).sort();
}
