import assert from 'node:assert/strict';
import { TrustedSet } from '../../core/metadata/trusted-set.ts';
import { throwsCode } from '../kit/expect-code.ts';
import { newKey, signed, SimulatedRepository, testTime } from '../kit/simulated-repository.ts';

const options = { referenceTime: testTime };

describe('trusted set', () => {
  let repository: SimulatedRepository;
  let set: TrustedSet;

  beforeEach(() => {
    repository = new SimulatedRepository();
    repository.addTarget('a.txt', 'a');
    repository.delegate('team', { paths: ['team/*'] });
    repository.addTarget('team/b.txt', 'b', 'team');
    repository.publish();
    set = TrustedSet.fromRoot(repository.bytes('root'), options);
  });

  /** Root, timestamp and snapshot of the repository as it is now. */
  function loadSnapshot(): void {
    set.updateTimestamp(repository.bytes('timestamp'));
    set.updateSnapshot(repository.bytes('snapshot'));
  }

  it('loads a good repository in order', () => {
    assert.equal(set.updateTimestamp(repository.bytes('timestamp')), 'new');
    assert.equal(set.updateSnapshot(repository.bytes('snapshot')).signed.version, 1);
    const targets = set.updateTargets(repository.bytes('targets'));
    const team = set.updateDelegatedTargets(repository.bytes('team'), 'team', targets);
    assert.deepEqual(Object.keys(team.signed.targets), ['team/b.txt']);
    assert.equal(set.delegated('team', targets), team);
    assert.equal(set.targets, targets);
  });

  describe('order', () => {
    it('refuses a root after the timestamp', () => {
      set.updateTimestamp(repository.bytes('timestamp'));
      const next = repository.publishRoot();
      throwsCode(() => set.updateRoot(next), 'metadata.order');
    });

    it('refuses a snapshot before the timestamp, and a timestamp after the snapshot', () => {
      throwsCode(() => set.updateSnapshot(repository.bytes('snapshot')), 'metadata.order');
      loadSnapshot();
      throwsCode(() => set.updateTimestamp(repository.bytes('timestamp')), 'metadata.order');
    });

    it('refuses targets before the snapshot, and a snapshot after the targets', () => {
      throwsCode(() => set.updateTargets(repository.bytes('targets')), 'metadata.order');
      loadSnapshot();
      set.updateTargets(repository.bytes('targets'));
      throwsCode(() => set.updateSnapshot(repository.bytes('snapshot')), 'metadata.order');
    });

    it('refuses a delegated role before its delegator', () => {
      const other = TrustedSet.fromRoot(repository.bytes('root'), options);
      other.updateTimestamp(repository.bytes('timestamp'));
      other.updateSnapshot(repository.bytes('snapshot'));
      const stranger = other.updateTargets(repository.bytes('targets'));
      loadSnapshot();
      throwsCode(
        () => set.updateDelegatedTargets(repository.bytes('team'), 'team', stranger),
        'metadata.order',
      );
    });
  });

  describe('arbitrary software attack', () => {
    it('refuses a trusted root that does not verify under itself', () => {
      const unsigned = signed(repository.root, [newKey()]);
      throwsCode(() => TrustedSet.fromRoot(unsigned, options), 'role.threshold');
    });

    it('refuses a next root that only the old keys, or only the new ones, signed', () => {
      const old = repository.signersOf('root');
      repository.rotate('root');
      const next = { ...repository.root, version: 2 };
      throwsCode(() => set.updateRoot(signed(next, old)), 'role.threshold');
      throwsCode(
        () => set.updateRoot(signed(next, repository.signersOf('root'))),
        'role.threshold',
      );
      set.updateRoot(signed(next, [...old, ...repository.signersOf('root')]));
      assert.equal(set.root.signed.version, 2);
    });

    it('refuses a timestamp and a snapshot under a wrong key', () => {
      const wrong = [newKey()];
      throwsCode(() => set.updateTimestamp(signed(repository.timestamp, wrong)), 'role.threshold');
      repository.namesContent = false;
      repository.publish();
      set.updateTimestamp(repository.bytes('timestamp'));
      throwsCode(() => set.updateSnapshot(signed(repository.snapshot, wrong)), 'role.threshold');
    });

    it('refuses targets under a wrong key where the snapshot names no hash', () => {
      repository.namesContent = false;
      repository.targets['x-note'] = 'changed';
      repository.publish();
      loadSnapshot();
      const forged = signed(repository.targets, [newKey()]);
      throwsCode(() => set.updateTargets(forged), 'role.threshold');
    });

    it('refuses one key that meets a threshold of two under two keyids', () => {
      const [key] = repository.signersOf('timestamp');
      assert.ok(key);
      const twin = { ...key, keyid: 'ab'.repeat(32) };
      repository.root.keys[twin.keyid] = key.json;
      repository.root.roles.timestamp = { keyids: [key.keyid, twin.keyid], threshold: 2 };
      set.updateRoot(repository.publishRoot());
      const timestamp = signed(repository.timestamp, [key, twin]);
      throwsCode(() => set.updateTimestamp(timestamp), 'role.threshold');
    });

    it('refuses a keyid that signs twice', () => {
      const [key] = repository.signersOf('timestamp');
      assert.ok(key);
      const timestamp = signed(repository.timestamp, [key, key]);
      throwsCode(() => set.updateTimestamp(timestamp), 'signature.duplicate');
    });

    it('accepts bad and unknown signatures beside enough good ones', () => {
      const { signatures, ...rest } = parse(repository.bytes('timestamp'));
      const more = [...signatures, { keyid: 'cd'.repeat(32), sig: '' }];
      const bytes = Buffer.from(JSON.stringify({ ...rest, signatures: more }));
      assert.equal(set.updateTimestamp(bytes), 'new');
    });

    it('refuses a role in the place of another', () => {
      throwsCode(() => set.updateTimestamp(repository.bytes('snapshot')), 'role.type');
    });
  });

  describe('delegations', () => {
    it('verifies a role anew for each delegator that leads to it', () => {
      const [shared, stranger] = [newKey(), newKey()];
      repository.delegate('left', { paths: ['x/*'] });
      repository.delegate('right', { paths: ['y/*'] });
      repository.delegate('common', { from: 'left', paths: ['x/*'], keys: [shared] });
      repository.delegate('common', { from: 'right', paths: ['y/*'], keys: [stranger] });
      repository.publish();
      loadSnapshot();
      const targets = set.updateTargets(repository.bytes('targets'));
      const left = set.updateDelegatedTargets(repository.bytes('left'), 'left', targets);
      const right = set.updateDelegatedTargets(repository.bytes('right'), 'right', targets);
      const common = set.updateDelegatedTargets(repository.bytes('common'), 'common', left);
      assert.equal(set.delegated('common', left), common);
      assert.equal(set.delegated('common', right), undefined);
      throwsCode(
        () => set.updateDelegatedTargets(repository.bytes('common'), 'common', right),
        'role.threshold',
      );
    });

    it('refuses a role that the delegator does not name', () => {
      loadSnapshot();
      const targets = set.updateTargets(repository.bytes('targets'));
      throwsCode(
        () => set.updateDelegatedTargets(repository.bytes('team'), 'constructor', targets),
        'role.missing',
      );
    });
  });

  describe('metadata of another repository under the same keys', () => {
    const policy = 'x-tuf-on-git-policy';
    const repeated = 'x-tuf-on-git-repository';

    beforeEach(() => {
      repository.root[policy] = { repository: 'here-1' };
      for (const role of [repository.timestamp, repository.snapshot, repository.targets]) {
        role[repeated] = 'here-1';
      }
      repository.role('team')[repeated] = 'there-2';
      repository.publish();
      set.updateRoot(repository.publishRoot());
    });

    it('is refused role by role, and the own one accepted', () => {
      repository.timestamp[repeated] = 'there-2';
      repository.publishTimestamp();
      throwsCode(() => set.updateTimestamp(repository.bytes('timestamp')), 'role.other-repository');
      repository.timestamp[repeated] = 'here-1';
      repository.publishTimestamp();
      loadSnapshot();
      const targets = set.updateTargets(repository.bytes('targets'));
      throwsCode(
        () => set.updateDelegatedTargets(repository.bytes('team'), 'team', targets),
        'role.other-repository',
      );
    });

    it('is refused as the next root, named otherwise or not at all', () => {
      repository.root[policy] = { repository: 'there-2' };
      const other = repository.publishRoot();
      throwsCode(() => set.updateRoot(other), 'role.other-repository');
      repository.root.version -= 1;
      repository.root[policy] = {};
      const nameless = repository.publishRoot();
      throwsCode(() => set.updateRoot(nameless), 'role.other-repository');
    });
  });
});

function parse(bytes: Uint8Array) {
  return JSON.parse(Buffer.from(bytes).toString()) as {
    signed: unknown;
    signatures: { keyid: string; sig: string }[];
  };
}
