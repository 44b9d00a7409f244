import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { openBareRepository } from '../../../core/git/binary/bare-repository.ts';
import { objectId } from '../../../core/git/object-id.ts';
import { gitSandbox, type Clone, type GitSandbox } from '../../kit/git.ts';
import type { Sighting } from './quarantine-reader.ts';

describe('reading the quarantine inside a pre-receive hook', () => {
  let sandbox: GitSandbox;
  let clone: Clone;
  let report: string;

  before(async () => {
    sandbox = await gitSandbox();
    report = join(sandbox.dir, 'report.json');
    const program = join(sandbox.dir, 'reader.cjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'quarantine-reader.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      logLevel: 'error',
    });
    await sandbox.hook('pre-receive', `exec '${process.execPath}' '${program}' '${report}'`);
    clone = await sandbox.clone();
  });

  after(() => sandbox.remove());

  async function pushed(): Promise<Sighting> {
    await clone.ok('push', '--quiet', 'origin', 'HEAD:main');
    const [sighting] = JSON.parse(await readFile(report, 'utf8')) as Sighting[];
    assert.ok(sighting);
    return sighting;
  }

  it('sees loose objects that nobody else sees yet', async () => {
    await sandbox.ok(['config', 'receive.unpackLimit', '100']);
    await clone.write('metadata/root.json', 'one');
    await clone.commit('first');
    const sighting = await pushed();
    assert.equal(sighting.isQuarantined, true);
    assert.deepEqual(sighting.files, { 'metadata/root.json': 'one' });
  });

  it('sees a pack, and of several commits each', async () => {
    await sandbox.ok(['config', 'receive.unpackLimit', '1']);
    await clone.write('metadata/root.json', 'two');
    await clone.commit('second');
    await clone.write('metadata/targets.json', 'three');
    await clone.commit('third');
    const sighting = await pushed();
    assert.equal(sighting.isQuarantined, true);
    assert.deepEqual(sighting.messages, ['second', 'third']);
    assert.deepEqual(sighting.files, {
      'metadata/root.json': 'two',
      'metadata/targets.json': 'three',
    });
  });

  it('sees more objects than git leaves loose', async () => {
    await sandbox.ok(['config', '--unset', 'receive.unpackLimit']);
    const paths = Array.from({ length: 150 }, (_, index) => `targets/file-${index}.txt`);
    await Promise.all(paths.map((path) => clone.write(path, `content of ${path}`)));
    await clone.commit('many');
    const sighting = await pushed();
    assert.equal(sighting.isQuarantined, true);
    assert.equal(Object.keys(sighting.files).length, 150);
    assert.equal(sighting.files['targets/file-149.txt'], 'content of targets/file-149.txt');
  });

  it('leaves the objects readable for all once the push was accepted', async () => {
    const repository = openBareRepository(sandbox.bare);
    const tip = await repository.resolveRef('refs/heads/main');
    const head = objectId(await clone.ok('rev-parse', 'HEAD'));
    assert.equal(tip, head);
    assert.equal((await repository.info(head))?.type, 'commit');
    await repository.close();
  });
});
