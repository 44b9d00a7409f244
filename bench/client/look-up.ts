/**
 * One target among a million, in 16,384 bins by hash prefix below one role: the layout that PEP 458
 * has for PyPI.
 */
import { createHash } from 'node:crypto';
import { contents, LargeTree } from '../kit/large-tree.ts';
import { targetLayout, type Shape } from '../kit/target-layout.ts';
import { remark } from '../kit/figures.ts';
import { ourClient, tufJs } from './contestant.ts';
import { race } from './race.ts';
import { roleFiles } from './role-files.ts';
import { withServed, type Served } from './served.ts';
import { writeMetadata, writeTargets } from './write-repository.ts';

const shape: Shape = { groups: 1, rolesPerGroup: 16_384, targets: 1_000_000, by: 'hash-prefixes' };
/** The first that falls into its bin. */
const wanted = targetLayout({ ...shape, targets: 1 })
  .start()
  .flat();

export function compareLookUp(): Promise<void> {
  return withServed(fill, compare);
}

async function fill(publicFolder: string): Promise<void> {
  await writeMetadata(publicFolder, roleFiles(new LargeTree(shape)));
  const content = Buffer.from(contents[0] ?? '');
  const sha256 = createHash('sha256').update(content).digest('hex');
  await writeTargets(
    publicFolder,
    wanted.map((path) => ({ path, content, sha256 })),
  );
}

async function compare(served: Served): Promise<void> {
  const ours = await ourClient(served);
  await ours.reset();
  await served.requests();
  await ours.run(wanted);
  remark(`client: a look-up asks for ${(await served.requests()).join(' ')}`);
  const contestants = [ours, tufJs(served)];
  // tuf-js needs minutes for each: it copies what it has read once for each role it reads.
  const once = { runs: 1, cold: true, warmUp: false };
  await race({ figure: 'lookup-million', contestants, targets: wanted, ...once });
}
