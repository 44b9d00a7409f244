import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readKeptGeneration } from '../../../daemon/public/kept-generation.ts';
import { parseDocument } from '../../../core/metadata/document.ts';
import { recordRef } from '../../../core/gate/published.ts';
import { daemonSuite, statusOf } from '../../kit/daemon.ts';
import type { TestHome } from '../../kit/home.ts';

describe('what is kept of a generation', () => {
  const suite = daemonSuite();
  const files = ['1.root', '1.alice', '2.alice', '1.bob', '1.snapshot', '2.snapshot', 'timestamp'];

  /** Of which two generations are published. */
  async function published(): Promise<TestHome> {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    await home.release('1.1.0');
    await daemon.reconcile();
    await daemon.close();
    return home;
  }

  async function assertServed(home: TestHome): Promise<void> {
    const daemon = await suite.serve(home);
    for (const file of files) {
      assert.equal(await statusOf(daemon, `/metadata/${file}.json`), 200, file);
    }
    assert.equal(await statusOf(daemon, '/metadata/3.alice.json'), 404);
    assert.deepEqual(daemon.readiness().reasons, []);
    await daemon.close();
  }

  it('is of the last one when a daemon ends, with every role and every public name', async () => {
    const home = await published();
    const kept = await readKeptGeneration(home.paths.state);
    assert.ok(kept);
    assert.equal(kept.record, await home.git.resolveRef(recordRef));
    const roles = [...kept.roles.values()];
    assert.deepEqual(
      roles.map(({ signed, facts }) => [signed.version, facts.version, facts.delegates]),
      [
        [1, 1, true],
        [2, 2, false],
        [1, 1, false],
      ],
    );
    const { length, sha256 } = roles[0]?.facts ?? {};
    const meta = { version: 1, length, hashes: { sha256 } };
    const record = await home.git.find(recordRef, 'snapshot.json');
    assert.ok(record);
    const snapshot = await home.git.blob(record.oid, 1 << 20);
    const { signed } = parseDocument('snapshot', snapshot);
    assert.deepEqual(signed.meta['targets.json']?.toJSON(), meta);
    await assertServed(home);
  });

  it('can be lost, cut, or hold another byte anywhere', async () => {
    const home = await published();
    const file = path.join(home.paths.state, 'generation.kept');
    const whole = await readFile(file);
    for (const at of [3, 1500, whole.length - 2]) {
      const other = Buffer.from(whole);
      other[at] = (other[at] ?? 0) ^ 1;
      await writeFile(file, other);
      assert.equal(await readKeptGeneration(home.paths.state), undefined, `byte ${at}`);
    }
    await assertServed(home);
    await writeFile(file, whole.subarray(0, -1));
    assert.equal(await readKeptGeneration(home.paths.state), undefined);
    await rm(file);
    await assertServed(home);
  });

  it('is no reason to promise files of a public folder that is gone', async () => {
    const home = await published();
    await rm(home.paths.public, { recursive: true });
    const daemon = await suite.serve(home);
    assert.equal(await statusOf(daemon, '/metadata/2.alice.json'), 200);
    assert.equal(await statusOf(daemon, '/metadata/1.alice.json'), 404);
  });

  it('does not bring back what main has left behind meanwhile', async () => {
    const home = await published();
    const old = await readFile(path.join(home.paths.state, 'generation.kept'));
    await home.release('1.2.0');
    await (await suite.serve(home)).close();
    await writeFile(path.join(home.paths.state, 'generation.kept'), old);
    const daemon = await suite.serve(home);
    for (const file of ['3.alice', '3.snapshot', ...files]) {
      assert.equal(await statusOf(daemon, `/metadata/${file}.json`), 200, file);
    }
    assert.equal(daemon.readiness().generation?.snapshot, 3);
  });
});
