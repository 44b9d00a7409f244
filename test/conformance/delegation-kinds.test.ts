import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { JsonValue } from '../../core/metadata/json.ts';
import { newKey, type SimulatedRepository } from '../kit/simulated-repository.ts';
import { tamper } from './kit/forgery.ts';
import { conformanceScene } from './kit/scene.ts';

const digest = (path: string) => createHash('sha256').update(path).digest('hex');

describe('a delegation by hash prefixes', () => {
  const scene = conformanceScene();
  const wanted = digest('wanted');

  for (const [name, prefixes, isCovered] of [
    ['of two digits covers the paths whose digest begins so', [wanted.slice(0, 2)], true],
    ['of a whole digest covers one path', [wanted], true],
    ['covers by any of them', ['zz', wanted.slice(0, 4)], true],
    ['of no digits covers everything', [''], true],
    ['of other digits covers nothing here', [wanted.slice(1, 9)], false],
    ['in an empty list covers nothing', [], false],
    ['covers nothing by the middle of a digest', [wanted.slice(2, 10)], false],
  ] as const) {
    it(name, async () => {
      const { repository } = scene();
      await scene().init();
      repository.delegate('bin');
      changeDelegation(repository, { path_hash_prefixes: [...prefixes] });
      repository.addTarget('wanted', 'content', 'bin');
      repository.publish();
      assert.equal(await scene().download(['wanted']), isCovered ? 0 : 1);
      const rest = isCovered ? ' 1.bin targets/#.wanted' : '';
      assert.equal(scene().asked, `2.root timestamp 2.snapshot 2.targets${rest}`);
    });
  }
});

describe('succinct roles', () => {
  const scene = conformanceScene();

  for (const [name, bits, path] of [
    ['of 1 bit are two', 1, 'a.txt'],
    ['of 3 bits are eight', 3, 'b.txt'],
    ['of 8 bits have two digits', 8, 'c.txt'],
    ['of 10 bits have three digits', 10, 'd.txt'],
  ] as const) {
    it(`${name}: the one of the path is asked for, and none else`, async () => {
      const { repository } = scene();
      await scene().init();
      const bin = delegateSuccinctly(repository, bits, path);
      repository.addTarget(path, 'content', bin);
      repository.publish();
      assert.equal(await scene().download([path]), 0);
      const way = `2.root timestamp 2.snapshot 2.targets 1.${bin} targets/#.${path}`;
      assert.equal(scene().asked, way);
    });
  }

  it('end the search: the target must be in its bin', async () => {
    const { repository } = scene();
    await scene().init();
    const bin = delegateSuccinctly(repository, 4, 'a.txt');
    repository.publish();
    assert.equal(await scene().download(['a.txt']), 1);
    assert.equal(scene().asked, `2.root timestamp 2.snapshot 2.targets 1.${bin}`);
  });

  it('whose bin another key signed are refused', async () => {
    const { repository } = scene();
    await scene().init();
    const bin = delegateSuccinctly(repository, 4, 'a.txt');
    repository.addTarget('a.txt', 'content', bin);
    repository.signers.set(bin, [newKey()]);
    repository.publish();
    assert.equal(await scene().download(['a.txt']), 1);
    assert.equal(scene().fault, 'role.threshold');
    assert.deepEqual(await scene().downloaded(), {});
  });
});

describe('a role that two roles delegate to', () => {
  const scene = conformanceScene();
  const [mine, other] = [newKey(), newKey()];

  it('with different keys is not taken from the one whose key did not sign', async () => {
    const { repository } = scene();
    await scene().init();
    repository.delegate('a', { paths: ['x/*'] });
    repository.delegate('b', { paths: ['y/*'] });
    repository.delegate('shared', { from: 'a', paths: ['x/*'], keys: [mine] });
    repository.delegate('shared', { from: 'b', paths: ['y/*'], keys: [other] });
    repository.addTarget('x/1', 'one', 'shared');
    repository.addTarget('y/2', 'two', 'shared');
    repository.publish();
    assert.equal(await scene().download(['x/1', 'y/2']), 1);
    assert.equal(scene().fault, 'role.threshold');
    assert.deepEqual(await scene().downloaded(), { 'x%2F1': 'one' });
    assert.equal(await scene().download(['y/2']), 1);
    assert.equal(scene().fault, 'role.threshold');
  });

  it('with the same keys is fetched once', async () => {
    const { repository } = scene();
    await scene().init();
    repository.delegate('a', { paths: ['x/*'] });
    repository.delegate('b', { paths: ['y/*'] });
    repository.delegate('shared', { from: 'a', paths: ['x/*'], keys: [mine] });
    repository.delegate('shared', { from: 'b', paths: ['y/*'], keys: [mine] });
    repository.addTarget('x/1', 'one', 'shared');
    repository.addTarget('y/2', 'two', 'shared');
    repository.publish();
    assert.equal(await scene().download(['x/1', 'y/2']), 0);
    const way = '1.a 1.shared targets/x/#.1 1.b targets/y/#.2';
    assert.equal(scene().asked, `2.root timestamp 2.snapshot 2.targets ${way}`);
  });
});

/** What is wrong with the role `first`, which is asked before `second`; both list the target. */
const faults: Readonly<
  Record<string, readonly [fault: string, spoil: (repository: SimulatedRepository) => unknown]>
> = {
  'that is not there': ['download.status', (it) => it.files.delete('metadata/1.first.json')],
  'that nobody signed': [
    'role.threshold',
    (it) => {
      tamper(it, 'first', unsign);
    },
  ],
  'that a stranger signed': [
    'role.threshold',
    (it) => {
      it.signers.set('first', [newKey()]);
      it.publish();
    },
  ],
  'that the snapshot does not list': [
    'role.missing',
    (it) => {
      delete it.snapshot.meta['first.json'];
      it.publish();
    },
  ],
  'that is no JSON': [
    'json.syntax',
    (it) => it.files.set('metadata/1.first.json', Buffer.from('later')),
  ],
};

describe('a search ends, and nothing is downloaded, at a role', () => {
  const scene = conformanceScene();
  for (const [name, [fault, spoil]] of Object.entries(faults)) {
    it(name, async () => {
      const { repository } = scene();
      await scene().init();
      repository.delegate('first');
      repository.delegate('second');
      repository.addTarget('wanted', 'content', 'second');
      repository.publish();
      spoil(repository);
      assert.equal(await scene().download(['wanted']), 1);
      assert.equal(scene().fault, fault);
      assert.equal(scene().asked.includes('second'), false);
      assert.deepEqual(await scene().downloaded(), {});
    });
  }
});

function unsign(file: { signatures: unknown[] }): void {
  file.signatures = [];
}

/** Replaces the paths of the only delegation of `targets`. */
function changeDelegation(
  { targets }: SimulatedRepository,
  change: Readonly<Record<string, JsonValue>>,
): void {
  const [role] = targets.delegations.roles as Record<string, JsonValue>[];
  const { paths, ...rest } = role ?? assert.fail('it was just made');
  assert.ok(paths !== undefined);
  targets.delegations.roles = [{ ...rest, ...change }];
}

/** Delegates everything to bins of one key; makes the bin of this path, and returns its name. */
function delegateSuccinctly(repository: SimulatedRepository, bits: number, path: string): string {
  const key = newKey();
  const number = Number.parseInt(digest(path).slice(0, 8), 16) >>> (32 - bits);
  const digits = (2 ** bits - 1).toString(16).length;
  const bin = `bin-${number.toString(16).padStart(digits, '0')}`;
  repository.delegate(bin, { keys: [key] });
  const { keys } = repository.targets.delegations;
  const succinct = { keyids: [key.keyid], threshold: 1, bit_length: bits, name_prefix: 'bin' };
  const delegations: Record<string, JsonValue> = { keys, succinct_roles: succinct };
  Object.assign(repository.targets, { delegations });
  return bin;
}
