/**
 * Malformed metadata of every role, most of it signed by the right keys, so that it comes deep into
 * the client. Each file is believed for what it says, or refused with a code of metadata; nothing
 * else is ever thrown, and nothing takes long.
 *
 *     PROPERTY_SEED=1 PROPERTY_METADATA=1000000 npm test -- --suite property
 */
import assert from 'node:assert/strict';
import { generations } from './kit/fuzz/fuzzed-repository.ts';
import { fuzzRole } from './kit/fuzz/run.ts';

const { PROPERTY_SEED: seed = '20311', PROPERTY_METADATA: files = '21000' } = process.env;

/** Longest time for one file, on a machine that does much else. */
const longestMs = 5_000;

describe('malformed metadata', function () {
  this.timeout(Math.max(300_000, Number(files) * 20));
  const repository = generations();
  const share = { root: 0.2, timestamp: 0.15, snapshot: 0.15, targets: 0.25, team: 0.25 } as const;

  for (const role of ['root', 'timestamp', 'snapshot', 'targets', 'team'] as const) {
    it(`of ${role} is believed for what it says, or refused with a code`, async () => {
      const numRuns = Math.ceil(Number(files) * share[role]);
      const { codes, believed, slowestMs } = await fuzzRole(role, repository, {
        seed: Number(seed),
        numRuns,
      });
      const all = [...codes].sort(([, a], [, b]) => b - a).map(([code, n]) => `${code} ${n}`);
      console.log(`      seed ${seed}, ${numRuns} files: ${all.join(', ')}`);
      assert.ok(believed.length > numRuns / 100, 'too few are believed to mean something');
      assert.ok(slowestMs < longestMs, `one took ${slowestMs} ms`);
    });
  }
});
