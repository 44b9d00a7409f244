import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { link, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { partNames } from '../../client/part-names.ts';
import type { TargetInfo } from '../../client/target-info.ts';
import type { Updater } from '../../client/updater.ts';
import { brokenOff } from '../kit/broken-off.ts';
import { clientScene } from '../kit/client-scene.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { sha256 } from '../kit/simulated-repository.ts';

describe('a download that goes on with what an earlier one left', () => {
  const scene = clientScene();
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
  const url = `targets/big/${sha256(content)}.bin`;
  let updater: Updater;
  let info: TargetInfo;
  let file: string;

  beforeEach(async () => {
    const { repository, targetsDir } = scene();
    repository.addTarget('big/bin', content);
    repository.publish();
    updater = scene().updater();
    const found = await updater.getTargetInfo('big/bin');
    assert.ok(found);
    info = found;
    file = path.join(targetsDir, 'bin');
    await mkdir(targetsDir);
  });

  const names = () => readdir(scene().targetsDir);
  const requests = () => scene().requestsOf(() => updater.downloadTarget(info, file));
  const left = (bytes: Uint8Array, name = partNames(file, info).free) => writeFile(name, bytes);
  /** The name of a part of some other process. */
  const ownedBy = (pid: number, host?: string) =>
    partNames(file, info).own.replace(
      /\.([0-9a-f]{8})-\d+-/,
      (_, here: string) => `.${host ?? here}-${pid}-`,
    );
  const deadPid = () => spawnSync('true').pid;

  async function isWhole(): Promise<void> {
    assert.deepEqual(await readFile(file), content);
    assert.deepEqual(await names(), ['bin']);
  }

  it('says that it kept something, and where it broke the next one begins', async () => {
    scene().server.answers.set(url, brokenOff(content, 40_000));
    const { hint } = await rejectsWithFault(
      'download.unreachable',
      updater.downloadTarget(info, file),
    );
    assert.match(hint ?? '', /kept/);
    assert.deepEqual(await names(), [path.basename(partNames(file, info).free)]);
    scene().server.answers.delete(url);
    assert.deepEqual(await requests(), [`${url} from 120000`]);
    await isWhole();
  });

  it('tells progress from where it begins', async () => {
    await left(content.subarray(0, 100_000));
    const seen: number[] = [];
    await updater.downloadTarget(info, file, { onProgress: (received) => seen.push(received) });
    assert.deepEqual([seen[0], seen.at(-1)], [100_000, content.length]);
  });

  it('keeps nothing that is sooner fetched again', async () => {
    scene().server.answers.set(url, brokenOff(content, 1000));
    await rejectsWithFault('download.unreachable', updater.downloadTarget(info, file));
    assert.deepEqual(await names(), []);
  });

  it('asks for nothing when everything had come', async () => {
    await left(content);
    assert.deepEqual(await requests(), []);
    await isWhole();
  });

  it('fetches all of it once more when the pieces do not fit', async () => {
    await left(Buffer.alloc(100_000, 'x'));
    assert.deepEqual(await requests(), [`${url} from 100000`, url]);
    await isWhole();
  });

  it('begins anew when more was left than there can be', async () => {
    await left(Buffer.concat([content, content]));
    assert.deepEqual(await requests(), [url]);
    await isWhole();
  });

  it('gives up, with nothing left, when all of it is wrong too', async () => {
    await left(content.subarray(0, 100_000));
    scene().server.answers.set(url, (_, response) => response.end(Buffer.alloc(300_000, 'x')));
    await rejectsWithFault('target.hash', updater.downloadTarget(info, file));
    assert.deepEqual(await names(), []);
  });

  it('takes the part of a process that was killed, and leaves none behind', async () => {
    await left(content.subarray(0, 100_000), ownedBy(deadPid()));
    await left(content.subarray(0, 100_000), ownedBy(deadPid()));
    assert.deepEqual(await requests(), [`${url} from 100000`]);
    await isWhole();
  });

  it('takes a part that the clock, set back since, has in the future', async () => {
    const part = partNames(file, info).free;
    await left(content.subarray(0, 100_000));
    const later = new Date(Date.now() + 3_600_000);
    await utimes(part, later, later);
    assert.deepEqual(await requests(), [`${url} from 100000`]);
    await isWhole();
  });

  it('leaves the part of a process that runs alone', async () => {
    const other = ownedBy(process.ppid);
    await left(content.subarray(0, 100_000), other);
    assert.deepEqual(await requests(), [url]);
    assert.deepEqual((await names()).toSorted(), [path.basename(other), 'bin']);
  });

  it('takes the part of another machine when nothing was written to it for a day', async () => {
    const other = ownedBy(deadPid(), '00000000');
    await left(content.subarray(0, 100_000), other);
    assert.deepEqual(await requests(), [url]);
    await writeFile(file, 'changed');
    const longAgo = new Date(Date.now() - 90_000_000);
    await utimes(other, longAgo, longAgo);
    assert.deepEqual(await requests(), [`${url} from 100000`]);
    await isWhole();
  });

  it('takes no part of other content, nor of another file', async () => {
    await left(content.subarray(0, 100_000), partNames(file, { ...info, length: 300_001 }).free);
    await left(content.subarray(0, 100_000), partNames(`${file}s`, info).free);
    assert.deepEqual(await requests(), [url]);
  });

  it('removes what is left of other content, once the file has its name', async () => {
    const other = partNames(file, { ...info, length: 300_001 }).free;
    const running = ownedBy(process.ppid);
    for (const name of [other, ownedBy(deadPid()), running]) await left(Buffer.alloc(10), name);
    await left(Buffer.alloc(10), partNames(`${file}s`, info).free);
    scene().server.answers.set(url, brokenOff(content, 1000));
    await rejectsWithFault('download.unreachable', updater.downloadTarget(info, file));
    assert.ok((await names()).includes(path.basename(other)));
    scene().server.answers.delete(url);
    await updater.downloadTarget(info, file);
    const stay = [running, partNames(`${file}s`, info).free, file].map((name) =>
      path.basename(name),
    );
    assert.deepEqual((await names()).toSorted(), stay.toSorted());
  });

  it('writes through no link that poses as a part', async () => {
    const victim = path.join(scene().metadataDir, 'root.json');
    const before = await readFile(victim);
    await symlink(victim, partNames(file, info).free);
    await link(victim, ownedBy(deadPid()));
    assert.deepEqual(await requests(), [url]);
    assert.deepEqual(await readFile(victim), before);
    assert.deepEqual(await readFile(file), content);
  });

  it('does not meet another that downloads the same at the same time', async () => {
    const { server } = scene();
    let release: () => void = () => assert.fail('the first download has not begun');
    server.answers.set(url, (_, response) => {
      server.answers.delete(url);
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 200_000));
      release = () => response.end(content.subarray(200_000));
    });
    let begun: () => void = () => undefined;
    const isUnderWay = new Promise<void>((resolve) => (begun = resolve));
    const first = updater.downloadTarget(info, file, { onProgress: begun });
    await isUnderWay;
    assert.deepEqual(await requests(), [url]);
    assert.deepEqual(await readFile(file), content);
    release();
    assert.equal(await first, file);
    await isWhole();
  });
});
