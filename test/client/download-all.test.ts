import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { downloadAll, type DownloadOutcome } from '../../client/download-all.ts';
import type { TargetInfo } from '../../client/target-info.ts';
import type { Updater } from '../../client/updater.ts';
import { clientScene } from '../kit/client-scene.ts';
import { sha256 } from '../kit/simulated-repository.ts';

describe('several downloads at once', () => {
  const scene = clientScene();
  const paths = Array.from({ length: 20 }, (_, at) => `many/${at}.bin`);
  let updater: Updater;
  let infos: readonly TargetInfo[];

  beforeEach(async () => {
    const { repository } = scene();
    for (const target of paths) repository.addTarget(target, contentOf(target));
    repository.publish();
    updater = scene().updater();
    infos = await Promise.all(paths.map(infoOf));
  });

  const contentOf = (target: string) => `the content of ${target}`;
  const urlOf = (target: string) =>
    `targets/many/${sha256(Buffer.from(contentOf(target)))}.${path.posix.basename(target)}`;
  const fileOf = (target: string) => path.join(scene().targetsDir, path.posix.basename(target));
  const wanted = () => infos.map((info) => ({ info, file: fileOf(info.path) }));
  const statuses = (outcomes: readonly DownloadOutcome[]) => outcomes.map(({ status }) => status);

  async function infoOf(target: string): Promise<TargetInfo> {
    const info = await updater.getTargetInfo(target);
    assert.ok(info);
    return info;
  }

  it('all arrive, and are told of in the order in which they are wanted', async () => {
    const outcomes = await downloadAll(updater, wanted());
    assert.deepEqual(statuses(outcomes), Array(20).fill('downloaded'));
    assert.deepEqual(
      outcomes.map(({ info }) => info.path),
      paths,
    );
    for (const target of paths) {
      assert.equal(await readFile(fileOf(target), 'utf8'), contentOf(target));
    }
    assert.equal((await readdir(scene().targetsDir)).length, paths.length);
  });

  it('go to the folder of the updater when no file is named', async () => {
    const [outcome] = await downloadAll(updater, [{ info: infos[0] ?? assert.fail() }]);
    assert.equal(outcome?.status === 'downloaded' && path.basename(outcome.file), 'many%2F0.bin');
  });

  it('are never more at once than the limit allows, nor less while there are enough', async () => {
    const { server } = scene();
    const waiting: (() => void)[] = [];
    let most = 0;
    for (const target of paths) {
      server.answers.set(urlOf(target), (_, response) => {
        waiting.push(() => response.end(contentOf(target)));
        most = Math.max(most, waiting.length);
        // Only when as many are there as may be, one is let go.
        if (waiting.length === 3) waiting.shift()?.();
      });
    }
    let done = 0;
    const onDone = () => {
      done += 1;
      if (done > paths.length - 3) waiting.shift()?.();
    };
    await downloadAll(updater, wanted(), { jobs: 3, onDone });
    assert.equal(most, 3);
  });

  it('do not lose the others when one fails', async () => {
    const [bad = '', gone = ''] = paths;
    scene().server.answers.set(urlOf(bad), (_, response) =>
      response.end('x'.repeat(contentOf(bad).length)),
    );
    scene().repository.files.delete(urlOf(gone));
    const outcomes = await downloadAll(updater, wanted());
    const codes = outcomes.flatMap((one) => (one.status === 'failed' ? [one.error.code] : []));
    assert.deepEqual(codes, ['target.hash', 'download.status']);
    assert.equal((await readdir(scene().targetsDir)).length, paths.length - 2);
  });

  it('leave alone what is there, and ask for what has changed', async () => {
    await mkdir(scene().targetsDir);
    const [same = '', changed = ''] = paths;
    await writeFile(fileOf(same), contentOf(same));
    await writeFile(fileOf(changed), contentOf(changed).toUpperCase());
    let outcomes: readonly DownloadOutcome[] = [];
    const asked = await scene().requestsOf(async () => {
      outcomes = await downloadAll(updater, wanted().slice(0, 2));
    });
    assert.deepEqual(statuses(outcomes), ['present', 'downloaded']);
    assert.deepEqual(asked, [urlOf(changed)]);
  });

  it('tell their progress each by itself', async () => {
    const last = new Map<string, number>();
    await downloadAll(updater, wanted(), {
      onProgress: ({ path: target }, received) => last.set(target, received),
    });
    for (const target of paths) assert.equal(last.get(target), contentOf(target).length);
  });

  it('end at a defect: it is no outcome', async () => {
    const onDone = () => {
      throw new RangeError('a defect');
    };
    await assert.rejects(downloadAll(updater, wanted(), { onDone }), RangeError);
  });
});
