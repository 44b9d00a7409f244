/**
 * `tuf-on-git upload` of 1,000 files against one, from its start to its end: then a client has seen
 * them. In turn, in one run, in a repository that is new each time.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { servedHome, type Maintainer, type ServedHome } from '../../test/kit/served-home.ts';
import type { TestToken } from '../../test/kit/softhsm.ts';
import { milliseconds, remark, report } from '../kit/figures.ts';
import { withOnlineToken } from '../kit/online-token.ts';
import { range } from '../kit/target-layout.ts';

const runs = 5;
const many = 1000;
const bytes = 10_000;

interface Times {
  readonly one: number;
  readonly many: number;
}

export async function compareFiles(): Promise<void> {
  const times: Times[] = [];
  for (let count = 0; count < runs; count += 1) times.push(await withOnlineToken(timeBoth));
  remark(`upload: one file of 10 kB ${milliseconds(times.map(({ one }) => one))}`);
  remark(`upload: ${many} files of 10 kB ${milliseconds(times.map((each) => each.many))}`);
  report({
    bench: 'upload',
    figure: 'thousand-files-vs-one',
    values: times.map((each) => each.many / each.one),
    yardstick: 'upload of one such file',
  });
}

async function timeBoth(token: TestToken | undefined): Promise<Times> {
  const served = await servedHome({ token });
  try {
    const alice = await served.maintainer('alice');
    await timeUpload(served, alice, 'warm-up', 1);
    const one = await timeUpload(served, alice, 'one', 1);
    return { one, many: await timeUpload(served, alice, 'many', many) };
  } finally {
    await served.close();
  }
}

async function timeUpload(
  { sandbox }: ServedHome,
  alice: Maintainer,
  name: string,
  count: number,
): Promise<number> {
  const folder = path.join(sandbox.dir, name);
  await mkdir(folder);
  const files = range(count).map((each) => path.join(folder, `file-${each}.bin`));
  for (const file of files) await writeFile(file, randomBytes(bytes));
  const start = performance.now();
  await alice.ok('upload', ...files, '--to', `project/${name}/1.0.0`, '--yes');
  return performance.now() - start;
}
