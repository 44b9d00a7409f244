/**
 * A damaged cache, file by file and in many ways. The next refresh ends in the same state as it would
 * have, or says what to do where the root and its anchor are both of no use. What a cache holds is
 * never believed for being there.
 */
import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clientScene } from '../kit/client-scene.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { SimulatedRepository } from '../kit/simulated-repository.ts';
import { damagesOf, forged, type Damage } from './kit/damages.ts';
import { randomNumbers } from './kit/random-numbers.ts';

const seed = Number(process.env['CACHE_SEED'] ?? '815');
const files = ['root', 'timestamp', 'snapshot', 'targets', 'team', 'anchor/root'] as const;
type CacheFile = (typeof files)[number];

describe('a cache with a file that is', () => {
  const scene = clientScene();
  const random = randomNumbers(seed);
  /** The cache as it ought to be, by file name. */
  let good: ReadonlyMap<string, string>;

  beforeEach(async () => {
    const { repository } = scene();
    repository.publishRoot();
    repository.addTarget('team/new.txt', 'new', 'team');
    repository.publish();
    await update();
    good = await contents();
  });

  for (const file of files) {
    for (const [how, damage] of Object.entries(damagesOf(file, scene, random))) {
      if (file === 'root' && how === 'of another repository') continue; // that is another trust
      it(`${how}: ${file}`, async () => {
        await replaced(file, damage);
        await update();
        assert.deepEqual(await contents(), withoutAnchor(good, file, await contents()));
        await again();
      });
    }
  }

  it('of no use beside an anchor of no use: it says what to do', async () => {
    const { metadataDir, updater } = scene();
    await rm(path.join(metadataDir, 'root.json'));
    await rm(path.join(metadataDir, 'anchor/root.json'));
    const hints = [await rejectsWithFault('client.not-trusted-yet', updater().refresh())];
    for (const file of ['root', 'anchor/root']) {
      await writeFile(path.join(metadataDir, `${file}.json`), '{');
      hints.push(await rejectsWithFault('json.syntax', updater().refresh()));
      const other = forged('root', scene().repository);
      await writeFile(path.join(metadataDir, `${file}.json`), other);
      hints.push(await rejectsWithFault('role.threshold', updater().refresh()));
    }
    assert.ok(hints.every(({ hint }) => hint !== undefined));
  });

  it('the root of another repository: nothing of this one is believed, until it is gone', async () => {
    await replaced('root', (name) => writeFile(name, new SimulatedRepository().bytes('root')));
    await rejectsWithFault('role.threshold', update());
    await rm(path.join(scene().metadataDir, 'root.json'));
    await update();
    assert.deepEqual(await contents(), good);
  });

  it('newer than all, of all roles, and nobody signed it', async () => {
    for (const file of ['root', 'timestamp', 'snapshot', 'targets', 'team']) {
      await replaced(file, (name) => writeFile(name, forged(file, scene().repository)));
    }
    await update();
    assert.deepEqual(await contents(), good);
  });

  /** What an old timestamp of the same repository knows still protects. */
  it('of an older generation, in the place of each', async () => {
    const { metadataDir, repository } = scene();
    const old = `${metadataDir}-old`;
    await cp(metadataDir, old, { recursive: true });
    repository.addTarget('later.txt', 'later');
    repository.publishRoot();
    repository.publish();
    await update();
    const newest = await contents();
    for (const name of await readdir(old, { recursive: true })) {
      if (!name.endsWith('.json') || name.startsWith('anchor')) continue;
      await cp(path.join(old, name), path.join(metadataDir, name));
      await update();
      assert.deepEqual(await contents(), newest, name);
    }
  });

  async function update(): Promise<void> {
    const { updater } = scene();
    const own = updater();
    await own.refresh();
    assert.equal((await own.getTargetInfo('team/new.txt'))?.length, 3);
  }

  /** The damage was mended for good: it is not met again. */
  async function again(): Promise<void> {
    const { requestsOf } = scene();
    const requests = await requestsOf(update);
    assert.deepEqual(requests, ['metadata/3.root.json', 'metadata/timestamp.json']);
  }

  async function replaced(file: string, damage: Damage): Promise<void> {
    const name = path.join(scene().metadataDir, `${file}.json`);
    await damage(name, await readFile(name));
  }

  async function contents(): Promise<ReadonlyMap<string, string>> {
    const { metadataDir } = scene();
    const names = await readdir(metadataDir, { recursive: true });
    const json = names.filter((name) => name.endsWith('.json')).toSorted();
    const read = async (name: string) => {
      const file = path.join(metadataDir, name);
      return [name, await readFile(file, 'latin1').catch(() => 'unreadable')] as const;
    };
    return new Map(await Promise.all(json.map(read)));
  }
});

/** An anchor is never mended: it is what the user gave, and the root beside it is as good. */
function withoutAnchor(
  good: ReadonlyMap<string, string>,
  file: CacheFile,
  now: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  if (file !== 'anchor/root') return good;
  const rest = [...good].filter(([name]) => name !== 'anchor/root.json');
  const anchor = [...now].filter(([name]) => name === 'anchor/root.json');
  return new Map([...anchor, ...rest].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
