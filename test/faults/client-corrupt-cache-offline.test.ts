/**
 * A damaged cache where no server can mend it: either what is asked for does not need the file, or
 * the fault names it. Nothing is written, and with a connection all is well again.
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Code } from '../../core/error/codes.ts';
import { TufOnGitError } from '../../core/error/error.ts';
import { clientScene } from '../kit/client-scene.ts';
import { damagesOf } from './kit/damages.ts';
import { randomNumbers } from './kit/random-numbers.ts';

const files = ['root', 'timestamp', 'snapshot', 'targets', 'team', 'anchor/root'] as const;

describe('offline, a cache with a file that is', () => {
  const scene = clientScene();
  const random = randomNumbers(Number(process.env['CACHE_SEED'] ?? '815'));

  beforeEach(async () => {
    scene().repository.publishRoot();
    scene().repository.publish();
    assert.equal(await outcome(false), 'right');
    assert.equal(await outcome(true), 'right');
  });

  for (const file of files) {
    for (const [how, damage] of Object.entries(damagesOf(file, scene, random))) {
      it(`${how}: ${file}`, async () => {
        const { metadataDir, requestsOf } = scene();
        const name = path.join(metadataDir, `${file}.json`);
        await damage(name, await readFile(name));
        const before = await namesIn(metadataDir);
        const asked = await requestsOf(async () => {
          assert.equal(await outcome(true), expected(file, how));
        });
        assert.deepEqual(asked, []);
        assert.deepEqual(await namesIn(metadataDir), before);
        // A root of another repository is another trust: see client-corrupt-cache.test.ts.
        if (file === 'root' && how === 'of another repository') return;
        assert.equal(await outcome(false), 'right');
        assert.equal(await outcome(true), 'right');
      });
    }
  }

  /** What a look-up in the delegated role comes to. */
  async function outcome(offline: boolean): Promise<string> {
    try {
      const info = await scene().updater({ offline }).getTargetInfo('team/b.txt');
      assert.equal(info?.length, 1);
      return 'right';
    } catch (error) {
      if (!(error instanceof TufOnGitError)) throw error;
      assert.ok(error.hint, error.message);
      return `${error.code} ${error.where}`;
    }
  }
});

function expected(file: (typeof files)[number], how: string): string {
  const code: Code = 'client.offline';
  if (file === 'anchor/root') return 'right'; // it is only where the chain could begin again
  // A root of another repository is a root: it is the next file that is none of its.
  const isOtherTrust = file === 'root' && how === 'of another repository';
  return `${code} ${isOtherTrust ? 'timestamp' : file}.json`;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).toSorted();
}
