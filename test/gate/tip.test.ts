import assert from 'node:assert/strict';
import { verifyTip } from '../../core/gate/tip.ts';
import { readPinnedRoot } from '../../core/home/home.ts';
import { makeHome, type TestHome } from '../kit/home.ts';
import { aliceSigned, inDays, people, putRole, putTarget, type Tree } from '../kit/source-tree.ts';

describe('the verdict on a tip by itself', () => {
  let home: TestHome;

  beforeEach(async () => {
    home = await makeHome();
  });
  afterEach(() => home.remove());

  const codes = async () => {
    const { refusals } = await verifyTip(home.git, await home.tip(), {
      receivedAt: new Date(),
      pinnedRoot: await readPinnedRoot(home.paths.pinnedRoot),
      onlineKeys: undefined,
    });
    return refusals.map(({ code }) => code);
  };
  const bad: [string, string, (tree: Tree) => void][] = [
    [
      'a file that no metadata names',
      'git.ghost-file',
      (tree) => {
        putTarget(tree, 'ghost', 'x');
      },
    ],
    [
      'a role without its signatures',
      'role.threshold',
      (tree) => {
        putRole(tree, 'alice', aliceSigned(tree, 1), []);
      },
    ],
    ['a role that is missing', 'role.missing', (tree) => tree.delete('metadata/bob.json')],
    [
      'a target file that is another one',
      'target.length',
      (tree) => {
        putTarget(tree, 'bob-project/app/2.0/app.bin', 'another');
      },
    ],
  ];

  it('accepts what is valid, whatever its versions and its age', async () => {
    assert.deepEqual(await codes(), []);
    await home.commit((tree) => {
      putRole(tree, 'alice', { ...aliceSigned(tree, 9), expires: inDays(-1) }, [people.alice]);
    });
    assert.deepEqual(await codes(), []);
  });

  for (const [what, code, change] of bad) {
    it(`refuses ${what}`, async () => {
      await home.commit(change);
      assert.deepEqual(await codes(), [code]);
    });
  }
});
