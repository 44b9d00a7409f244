import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { policyCeilings } from '../../../core/metadata/policy.ts';
import { assemble } from '../../../daemon/publish/online-metadata.ts';
import { recordRef } from '../../../core/gate/published.ts';
import { readRecord, writeRecord } from '../../../daemon/record/record.ts';
import type { Daemon } from '../../../daemon/serve.ts';
import { daemonSuite, fetchSigned, runDaemon, statusOf } from '../../kit/daemon.ts';
import { makeHome, type TestHome } from '../../kit/home.ts';

describe('a start', () => {
  const suite = daemonSuite();

  let template: TestHome;
  /** A HOME with three generations, and no daemon. */
  const used = () => suite.copy(template);

  before(async () => {
    template = await makeHome();
    const daemon = await runDaemon(template);
    for (const version of ['1.1.0', '1.2.0']) {
      await template.release(version);
      await daemon.reconcile();
    }
    await daemon.close();
  });
  after(() => template.remove());

  it('serves what is recorded, and signs nothing that is not due', async () => {
    const home = await used();
    const daemon = await suite.serve(home);
    assert.equal(daemon.readiness().ready, true);
    assert.equal((await fetchSigned(daemon, 'timestamp.json'))['version'], 3);
    assert.equal(await statusOf(daemon, '/metadata/1.snapshot.json'), 200);
  });

  it('refuses to build upon a record that was moved back, and goes on serving the last', async () => {
    const home = await used();
    const { git } = home;
    const tip = await git.resolveRef(recordRef);
    assert.ok(tip);
    const [parent] = (await git.commit(tip)).parents;
    await git.updateRef({ ref: recordRef, from: tip, to: parent, message: 'thief' });
    await home.release('1.3.0');
    const daemon = await suite.serve(home);
    assert.deepEqual(codes(daemon), ['publish.record']);
    assert.equal((await fetchSigned(daemon, 'timestamp.json'))['version'], 3);
    await git.updateRef({ ref: recordRef, from: parent, to: tip, message: 'put back' });
    await daemon.reconcile();
    assert.deepEqual(codes(daemon), []);
    assert.equal((await fetchSigned(daemon, 'timestamp.json'))['version'], 4);
  });

  it('refuses to begin anew where the record is gone', async () => {
    const home = await used();
    const from = await home.git.resolveRef(recordRef);
    await home.git.updateRef({ ref: recordRef, from, to: undefined, message: 'gone' });
    const daemon = await suite.serve(home);
    assert.deepEqual(codes(daemon), ['publish.record']);
  });

  it('goes on from the record when the whole of state is lost, above every version', async () => {
    const home = await used();
    await rm(home.paths.state, { recursive: true });
    await home.release('1.3.0');
    const daemon = await suite.serve(home);
    assert.deepEqual(codes(daemon), []);
    assert.equal((await fetchSigned(daemon, 'timestamp.json'))['version'], 4);
  });

  it('writes the public folder anew when it is lost', async () => {
    const home = await used();
    const before = await fileNames(home);
    await rm(home.paths.public, { recursive: true });
    const daemon = await suite.serve(home);
    assert.deepEqual(codes(daemon), []);
    const after = await fileNames(home);
    const ofOlder = /\/[12]\.snapshot\.json|\/[12]\.alice\.json/;
    assert.deepEqual(
      after,
      before.filter((name) => !ofOlder.test(name)),
    );
  });

  it('signs nothing with a damaged journal, and goes on when it is moved away', async () => {
    const home = await used();
    const journal = path.join(home.paths.state, 'journal.json');
    await writeFile(journal, '{"format":1,"hi');
    await home.release('1.3.0');
    const daemon = await suite.serve(home);
    assert.deepEqual(codes(daemon), ['publish.journal']);
    assert.equal(await statusOf(daemon, '/metadata/timestamp.json'), 200);
    await rm(journal);
    await daemon.reconcile();
    assert.equal((await fetchSigned(daemon, 'timestamp.json'))['version'], 4);
  });

  it('signs nothing while the clock is behind the record', async () => {
    const home = await used();
    let now = new Date(Date.now() - 3_600_000);
    await home.release('1.3.0');
    const daemon = await suite.serve(home, { clock: { now: () => now } });
    assert.deepEqual(codes(daemon), ['publish.clock']);
    assert.equal(await statusOf(daemon, '/metadata/4.alice.json'), 404);
    now = new Date();
    await daemon.reconcile();
    assert.equal(await statusOf(daemon, '/metadata/4.alice.json'), 200);
  });

  it('does not take a version from a public file that no online key signed', async () => {
    const home = await used();
    await rm(home.paths.state, { recursive: true });
    const folder = path.join(home.paths.public, 'metadata');
    await writeFile(path.join(folder, '900.snapshot.json'), '{"signed":{},"signatures":[]}');
    await home.release('1.3.0');
    const daemon = await suite.serve(home);
    assert.equal(daemon.readiness().generation?.snapshot, 4);
  });
});

describe('the record', () => {
  const suite = daemonSuite();

  it('gives back the largest snapshot that a policy may allow', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    await daemon.close();
    const tip = await home.git.resolveRef(recordRef);
    assert.ok(tip);
    const entry = await readRecord(home.git, tip);
    const filler = 'x'.repeat(policyCeilings.maxSnapshotBytes - entry.snapshot.bytes.length - 100);
    const signed = { ...entry.snapshot.signedJson, 'x-filler': filler };
    const snapshot = assemble('snapshot', signed, entry.snapshot.signatures);
    const oid = await writeRecord(home.git, tip, { ...entry, snapshot });
    const read = await readRecord(home.git, oid);
    assert.equal(read.snapshot.bytes.length, snapshot.bytes.length);
  });
});

function codes(daemon: Daemon): string[] {
  return daemon.readiness().reasons.map(({ code }) => code);
}

async function fileNames({ paths }: TestHome): Promise<string[]> {
  const entries = await readdir(paths.public, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
