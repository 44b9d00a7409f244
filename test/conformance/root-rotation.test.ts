import assert from 'node:assert/strict';
import { newKey, signed, type SimulatedRepository } from '../kit/simulated-repository.ts';
import { refreshCases } from './kit/refresh-cases.ts';
import { conformanceScene, fromNow } from './kit/scene.ts';

const people = Array.from({ length: 10 }, () => newKey());

/** A root: whose keys it names, how many must sign, and who did; people are numbered. */
interface RootStep {
  readonly keys: readonly number[];
  readonly threshold: number;
  readonly signers: readonly number[];
}

/** The client starts at the first and must come to the version given. */
interface Chain {
  readonly steps: readonly RootStep[];
  readonly reaches: number;
}

const chains: Readonly<Record<string, Chain>> = {
  'a new key, signed by both, then by it alone': {
    steps: [step([1], 1, [1]), step([2], 1, [1, 2]), step([2], 1, [2])],
    reaches: 3,
  },
  'a new key, and strangers that sign too': {
    steps: [step([1], 1, [7, 1, 8]), step([2], 1, [7, 2, 1, 8]), step([2], 1, [7, 2])],
    reaches: 3,
  },
  'three of five, each time others': {
    steps: [
      step([0, 1, 2, 3, 4], 3, [0, 1, 2]),
      step([0, 1, 2, 3, 4], 3, [2, 3, 4]),
      step([0, 1, 2, 3, 4], 3, [4, 0, 2]),
    ],
    reaches: 3,
  },
  'three of five, one replaced, signed by three that stay': {
    steps: [step([0, 1, 2, 3, 4], 3, [0, 1, 2]), step([0, 1, 2, 3, 5], 3, [0, 1, 2])],
    reaches: 2,
  },
  'three of five, all replaced, signed by three of each': {
    steps: [step([0, 1, 2, 3, 4], 3, [0, 1, 2]), step([5, 6, 7, 8, 9], 3, [0, 1, 2, 5, 6, 7])],
    reaches: 2,
  },
  'a higher threshold, met': {
    steps: [step([1, 2, 3], 1, [1]), step([1, 2, 3], 2, [1, 2])],
    reaches: 2,
  },
  'a lower threshold, the old one met once more': {
    steps: [step([1, 2, 3], 2, [1, 2]), step([1, 2, 3], 1, [2, 3]), step([1, 2, 3], 1, [3])],
    reaches: 3,
  },
  'a key that comes back': {
    steps: [step([1], 1, [1]), step([2], 1, [1, 2]), step([1], 1, [1, 2]), step([1], 1, [1])],
    reaches: 4,
  },
  'a new key that did not sign: refused': {
    steps: [step([1], 1, [1]), step([2], 1, [1])],
    reaches: 1,
  },
  'a new key that alone signed: refused': {
    steps: [step([1], 1, [1]), step([2], 1, [2])],
    reaches: 1,
  },
  'nobody signed: refused': {
    steps: [step([1], 1, [1]), step([1], 1, [])],
    reaches: 1,
  },
  'a higher threshold, not met by the new root: refused': {
    steps: [step([1, 2, 3], 1, [1]), step([1, 2, 3], 2, [1])],
    reaches: 1,
  },
  'a lower threshold, the old one not met: refused': {
    steps: [step([1, 2, 3], 2, [1, 2]), step([1, 2, 3], 1, [1])],
    reaches: 1,
  },
  'three of five, one replaced, too few of the old: refused': {
    steps: [step([0, 1, 2, 3, 4], 3, [0, 1, 2]), step([0, 1, 5, 6, 7], 3, [0, 1, 5, 6, 7])],
    reaches: 1,
  },
  'three of five, one replaced, too few of the new: refused': {
    steps: [step([0, 1, 2, 3, 4], 3, [0, 1, 2]), step([0, 1, 5, 6, 7], 3, [0, 1, 2, 3, 4])],
    reaches: 1,
  },
  'the second of three refused: the first stays trusted': {
    steps: [step([1], 1, [1]), step([1], 1, [1]), step([2], 1, [2]), step([2], 1, [2])],
    reaches: 2,
  },
};

describe('a chain of roots', () => {
  const scene = conformanceScene();
  for (const [name, { steps, reaches }] of Object.entries(chains)) {
    it(name, async () => {
      const { repository } = scene();
      const roots = steps.map((each, index) => placeRoot(repository, index + 1, each));
      assert.equal(await scene().init(roots[0]), 0);
      const isWhole = reaches === steps.length;
      assert.equal(await scene().refresh(), isWhole ? 0 : 1);
      assert.equal(scene().fault, isWhole ? 'none' : 'role.threshold');
      const others = isWhole ? ', snapshot 1, targets 1, timestamp 1' : '';
      assert.equal(await scene().trusted(), `root ${reaches}${others}`);
    });
  }

  it('is not followed past a version that is missing', async () => {
    const { repository } = scene();
    await scene().init();
    repository.publishRoot();
    repository.publishRoot();
    repository.files.delete('metadata/2.root.json');
    assert.equal(await scene().refresh(), 0);
    assert.equal(scene().asked, '2.root timestamp 1.snapshot 1.targets');
  });

  it('is followed for 256 versions at a time, each of them stored', async () => {
    const { repository } = scene();
    await scene().init();
    for (let count = 0; count < 257; count += 1) repository.publishRoot();
    assert.equal(await scene().refresh(), 0);
    const numbers = Array.from({ length: 256 }, (_, index) => `${index + 2}.root`);
    assert.equal(scene().asked, [...numbers, 'timestamp 1.snapshot 1.targets'].join(' '));
    assert.equal(await scene().trusted(), 'root 257, snapshot 1, targets 1, timestamp 1');
    assert.equal(await scene().refresh(), 0);
    assert.equal(scene().asked, '258.root 259.root timestamp');
  });
});

refreshCases('of a chain of roots', {
  'one in the middle may have expired': {
    server: (repository) => {
      const { expires } = repository.root;
      repository.root.expires = fromNow(-1);
      repository.publishRoot();
      repository.root.expires = expires;
      repository.publishRoot();
    },
    exit: 0,
    asks: '2.root 3.root 4.root timestamp',
    trusts: 'root 3, snapshot 1, targets 1, timestamp 1',
  },
  'the newest may not: it is stored, and nothing more is asked': {
    server: (repository) => {
      repository.publishRoot();
      repository.root.expires = fromNow(-1);
      repository.publishRoot();
    },
    exit: 1,
    fault: 'role.expired',
    asks: '2.root 3.root 4.root',
    trusts: 'root 3, snapshot 1, targets 1, timestamp 1',
  },
  'one skips a version: refused': {
    server: (repository) => {
      repository.publishRoot();
      repository.publishRoot();
      const third = repository.bytes('root');
      repository.files.set('metadata/2.root.json', third);
    },
    exit: 1,
    fault: 'root.version-not-next',
    asks: '2.root',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 1',
  },
  'the first is served again in the place of the second: refused': {
    server: (repository) => {
      repository.files.set('metadata/2.root.json', repository.bytes('root'));
    },
    exit: 1,
    fault: 'root.version-not-next',
    asks: '2.root',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 1',
  },
  'one changes the keys of the timestamp, which then must be signed anew': {
    server: (repository) => {
      repository.rotate('timestamp');
      repository.publishRoot();
    },
    exit: 1,
    fault: 'role.threshold',
    asks: '2.root 3.root timestamp',
    trusts: 'root 2, targets 1',
  },
  'one changes the keys of the targets, which then must be signed anew': {
    server: (repository) => {
      repository.rotate('targets');
      repository.publishRoot();
    },
    exit: 1,
    fault: 'role.threshold',
    asks: '2.root 3.root timestamp 1.targets',
    trusts: 'root 2, snapshot 1, targets 1, timestamp 1',
  },
});

function step(keys: readonly number[], threshold: number, signers: readonly number[]): RootStep {
  return { keys, threshold, signers };
}

/** Makes a root by hand, for its signers may be anybody. */
function placeRoot(
  repository: SimulatedRepository,
  version: number,
  { keys, threshold, signers }: RootStep,
): Uint8Array {
  repository.rotate('root', keys.map(person));
  repository.root.roles.root.threshold = threshold;
  const bytes = signed({ ...repository.root, version }, signers.map(person));
  repository.files.set(`metadata/${version}.root.json`, bytes);
  return bytes;
}

function person(number: number) {
  return people[number] ?? assert.fail(`there is no person ${number}`);
}
