/** A target of a gibibyte, beside curl that writes it, sync and sha256sum. */
import { createHash, randomFillSync } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { hashedTargetPath } from '../../core/metadata/names.ts';
import { people, roleSigned } from '../../test/kit/source-tree.ts';
import { milliseconds, remark, report } from '../kit/figures.ts';
import { timeProgram } from '../kit/time-program.ts';
import { ourClient, program, trusting } from './contestant.ts';
import { withServed, type Served } from './served.ts';
import { sealed, writeMetadata } from './write-repository.ts';

const bench = 'client';
const runs = 5;
const mebibyte = 1 << 20;
const target = 'images/system/1.0.0/system.img';

export async function compareGibibyte(): Promise<void> {
  let sha256 = '';
  const fill = async (publicFolder: string) => {
    sha256 = await writeGibibyte(publicFolder);
    const targets = { [target]: { length: 1024 * mebibyte, hashes: { sha256 } } };
    const bytes = sealed(roleSigned(1, targets), [people.admin]);
    await writeMetadata(publicFolder, [['targets', bytes]]);
  };
  await withServed(fill, (served) => compare(served, hashedTargetPath(target, sha256)));
}

/** @returns its digest; it lies under the name that clients ask for */
async function writeGibibyte(publicFolder: string): Promise<string> {
  const blocks = 1024;
  const block = Buffer.allocUnsafe(mebibyte);
  const digest = createHash('sha256');
  const folder = path.join(publicFolder, 'targets', path.dirname(target));
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'new');
  const handle = await open(file, 'w');
  for (let count = 0; count < blocks; count += 1) {
    randomFillSync(block);
    digest.update(block);
    await handle.write(block);
  }
  await handle.sync();
  await handle.close();
  const sha256 = digest.digest('hex');
  await rename(file, path.join(publicFolder, 'targets', hashedTargetPath(target, sha256)));
  return sha256;
}

async function compare(served: Served, name: string): Promise<void> {
  const measured: { ours: number; curl: number; mib: number }[] = [];
  for (let run = -1; run < runs; run += 1) {
    const curl = await timeCurl(`${served.url}/targets/${name}`, served.folder);
    const each = { curl, ...(await timeOurs(served)) };
    if (run >= 0) measured.push(each);
  }
  const [ours, curls] = [measured.map((each) => each.ours), measured.map(({ curl }) => curl)];
  remark(`client: 1 GiB ${milliseconds(ours)}, curl, sync and sha256sum ${milliseconds(curls)}`);
  const values = measured.map((each) => each.ours / each.curl);
  const yardstick = 'curl -s URL -o FILE, sync FILE, sha256sum FILE';
  report({ bench, figure: 'gibibyte-vs-curl', values, yardstick });
  report({ bench, figure: 'gibibyte-memory-mib', values: measured.map(({ mib }) => mib) });
}

async function timeCurl(url: string, folder: string): Promise<number> {
  const file = path.join(folder, 'curl.img');
  const command = 'curl -s "$1" -o "$2" && sync "$2" && sha256sum "$2"';
  const time = await timeProgram('sh', ['-c', command, 'sh', url, file]);
  await rm(file);
  return time;
}

async function timeOurs(served: Served): Promise<{ ours: number; mib: number }> {
  const client = await ourClient(served);
  await client.reset();
  const own = path.join(served.folder, 'ours');
  const [file, notes] = [path.join(own, 'system.img'), path.join(own, 'peak-memory')];
  const note = path.join(import.meta.dirname, 'note-peak-memory.cjs');
  const args = ['--require', note, program, 'get', target, '--output', file];
  const env = { ...trusting(own), PEAK_MEMORY: notes };
  const ours = await timeProgram(process.execPath, args, { env });
  const mib = Number(await readFile(notes, 'utf8')) / 1024;
  await rm(file);
  return { ours, mib };
}
