/** That the clients of the property test notice what is wrong with a published set. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { choicesOf } from './kit/choices.ts';
import {
  goTufFollower,
  ourFollower,
  pythonTufFollower,
  tufJsFollower,
} from './kit/clients/all-followers.ts';
import type { Follower } from './kit/clients/follower.ts';
import { faultsOf } from './kit/expectations.ts';
import { publish, type Files, type PublishedSet } from './kit/published-set.ts';
import { rootFile } from '../../core/rules/state.ts';
import { randomHistory } from './kit/random-history.ts';

const followers: Readonly<Record<string, (test: Mocha.Context) => Promise<Follower>>> = {
  'our client': () => Promise.resolve(ourFollower()),
  'tuf-js': () => Promise.resolve(tufJsFollower()),
  'python-tuf': pythonTufFollower,
  'go-tuf': goTufFollower,
};

for (const [name, make] of Object.entries(followers)) {
  describe(`${name}, as the property test runs it`, () => {
    let follower: Follower;
    let last: PublishedSet;

    before(async function () {
      follower = await make(this);
      const { pinned, first, second } = twoGenerations();
      last = second;
      await follower.begin(pinned, [first]);
    });

    after(() => follower.close());

    const faultsIn = async (files: Files) =>
      faultsOf(name, await follower.follow(files, [...last.targets.keys()]), last.targets);

    it('follows from the pinned root and from its cache', async () => {
      const outcomes = await follower.follow(last.files, []);
      assert.deepEqual(
        outcomes.map(({ from }) => from),
        ['the pinned root', 'generation 1'],
      );
      assert.deepEqual(await faultsIn(last.files), []);
    });

    for (const what of ['metadata/timestamp.json', 'targets.json', 'targets/']) {
      it(`notices other bytes in ${what}`, async () => {
        const files = [...last.files].map(([path, bytes]) => {
          const other = Buffer.concat([Buffer.of(255 - (bytes[0] ?? 0)), bytes.subarray(1)]);
          return [path, path.includes(what) ? other : bytes] as const;
        });
        const faults = await faultsIn(new Map(files));
        assert.equal(faults.length, 2, faults.join('\n'));
      });
    }

    it('notices a target that is not there', async () => {
      const expected = new Map([...last.targets, ['no/such/target', Buffer.of(1)]]);
      const outcomes = await follower.follow(last.files, [...expected.keys()]);
      assert.equal(faultsOf(name, outcomes, expected).length, 2);
    });
  });
}

interface TwoGenerations {
  readonly pinned: Uint8Array;
  readonly first: PublishedSet;
  readonly second: PublishedSet;
}

/** Of a random repository that has targets with something in them. */
function twoGenerations(): TwoGenerations {
  for (const generate of fc.sample(fc.gen(), { seed: 1, numRuns: 100 })) {
    const history = randomHistory(choicesOf(generate));
    const [one, two] = [history[0]?.state.tree, history.at(-1)?.state.tree];
    const pinned = one?.get(rootFile);
    if (one === undefined || two === undefined || pinned === undefined) continue;
    const first = publish(one);
    const second = publish(two, first);
    const contents = [...second.targets.values()];
    if (contents.length > 0 && contents.every((content) => content?.length)) {
      return { pinned, first, second };
    }
  }
  throw new RangeError('no such repository was found');
}
