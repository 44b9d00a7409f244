/** 1,000 small targets of 50 roles: what one user does every day, and what an installer does at once. */
import { contents, LargeTree } from '../kit/large-tree.ts';
import { targetLayout, type Shape } from '../kit/target-layout.ts';
import { remark } from '../kit/figures.ts';
import { ourClient, pythonTuf, tufJs } from './contestant.ts';
import { race } from './race.ts';
import { withServed, type Served } from './served.ts';
import { writeMetadata, writeTargets, type TargetContent } from './write-repository.ts';
import { roleFiles } from './role-files.ts';
import { sha256 } from '../../test/kit/simulated-repository.ts';

const shape: Shape = { groups: 5, rolesPerGroup: 10, targets: 1000, by: 'patterns' };

export function compareSmall(): Promise<void> {
  return withServed(fill, compare);
}

async function fill(publicFolder: string): Promise<void> {
  await writeMetadata(publicFolder, roleFiles(new LargeTree(shape)));
  await writeTargets(publicFolder, targetContents());
}

function targetContents(): TargetContent[] {
  return targetLayout(shape)
    .start()
    .flatMap((paths) =>
      paths.map((path, count) => {
        const content = Buffer.from(contents[count % contents.length] ?? '');
        return { path, content, sha256: sha256(content) };
      }),
    );
}

async function compare(served: Served): Promise<void> {
  const paths = targetContents().map(({ path }) => path);
  const [ours, js, python] = [await ourClient(served), tufJs(served), await pythonTuf(served)];
  if (python === undefined) {
    remark('client: no python-tuf here: refresh-warm- and cold-get-vs-python-tuf are left out');
  }
  const all = [ours, js, ...(python === undefined ? [] : [python])];
  await race({ figure: 'refresh-warm', contestants: all, targets: [], runs: 21, cold: false });
  const one = paths.slice(500, 501);
  await race({ figure: 'cold-get', contestants: all, targets: one, runs: 21, cold: true });
  await race({
    figure: 'thousand-targets',
    contestants: [ours, js],
    targets: paths,
    runs: 5,
    cold: true,
  });
}
