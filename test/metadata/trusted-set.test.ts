import assert from 'node:assert/strict';
import { TrustedSet } from '../../core/metadata/trusted-set.ts';
import { throwsFault } from '../kit/faults.ts';
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
      throwsFault('metadata.order', () => set.updateRoot(next));
    });

    it('refuses a snapshot before the timestamp, and a timestamp after the snapshot', () => {
      throwsFault('metadata.order', () => set.updateSnapshot(repository.bytes('snapshot')));
      loadSnapshot();
      throwsFault('metadata.order', () => set.updateTimestamp(repository.bytes('timestamp')));
    });

    it('refuses targets before the snapshot, and a snapshot after the targets', () => {
      throwsFault('metadata.order', () => set.updateTargets(repository.bytes('targets')));
      loadSnapshot();
      set.updateTargets(repository.bytes('targets'));
      throwsFault('metadata.order', () => set.updateSnapshot(repository.bytes('snapshot')));
    });

    it('refuses a delegated role before its delegator', () => {
      const other = TrustedSet.fromRoot(repository.bytes('root'), options);
      other.updateTimestamp(repository.bytes('timestamp'));
      other.updateSnapshot(repository.bytes('snapshot'));
      const stranger = other.updateTargets(repository.bytes('targets'));
      loadSnapshot();
      throwsFault('metadata.order', () =>
        set.updateDelegatedTargets(repository.bytes('team'), 'team', stranger),
      );
    });
  });

  describe('arbitrary software attack', () => {
    it('refuses a trusted root that does not verify under itself', () => {
      const unsigned = signed(repository.root, [newKey()]);
      throwsFault('role.threshold', () => TrustedSet.fromRoot(unsigned, options));
    });

    it('refuses a next root that only the old keys, or only the new ones, signed', () => {
      const old = repository.signersOf('root');
      repository.rotate('root');
      const next = { ...repository.root, version: 2 };
      throwsFault('role.threshold', () => set.updateRoot(signed(next, old)));
      throwsFault('role.threshold', () =>
        set.updateRoot(signed(next, repository.signersOf('root'))),
      );
      set.updateRoot(signed(next, [...old, ...repository.signersOf('root')]));
      assert.equal(set.root.signed.version, 2);
    });

    it('refuses a timestamp and a snapshot under a wrong key', () => {
      const wrong = [newKey()];
      throwsFault('role.threshold', () => set.updateTimestamp(signed(repository.timestamp, wrong)));
      repository.namesContent = false;
      repository.publish();
      set.updateTimestamp(repository.bytes('timestamp'));
      throwsFault('role.threshold', () => set.updateSnapshot(signed(repository.snapshot, wrong)));
    });

    it('refuses targets under a wrong key where the snapshot names no hash', () => {
      repository.namesContent = false;
      repository.targets['x-note'] = 'changed';
      repository.publish();
      loadSnapshot();
      const forged = signed(repository.targets, [newKey()]);
      throwsFault('role.threshold', () => set.updateTargets(forged));
    });

    it('refuses one key that meets a threshold of two under two keyids', () => {
      const [key] = repository.signersOf('timestamp');
      assert.ok(key);
      const twin = { ...key, keyid: 'ab'.repeat(32) };
      repository.root.keys[twin.keyid] = key.json;
      repository.root.roles.timestamp = { keyids: [key.keyid, twin.keyid], threshold: 2 };
      set.updateRoot(repository.publishRoot());
      const timestamp = signed(repository.timestamp, [key, twin]);
      throwsFault('role.threshold', () => set.updateTimestamp(timestamp));
    });

    it('refuses a keyid that signs twice', () => {
      const [key] = repository.signersOf('timestamp');
      assert.ok(key);
      const timestamp = signed(repository.timestamp, [key, key]);
      throwsFault('signature.duplicate', () => set.updateTimestamp(timestamp));
    });

    it('accepts bad and unknown signatures beside enough good ones', () => {
      const { signatures, ...rest } = parse(repository.bytes('timestamp'));
      const more = [...signatures, { keyid: 'cd'.repeat(32), sig: '' }];
      const bytes = Buffer.from(JSON.stringify({ ...rest, signatures: more }));
      assert.equal(set.updateTimestamp(bytes), 'new');
    });

    it('refuses a role in the place of another', () => {
      throwsFault('role.type', () => set.updateTimestamp(repository.bytes('snapshot')));
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
      throwsFault('role.threshold', () =>
        set.updateDelegatedTargets(repository.bytes('common'), 'common', right),
      );
    });

    it('refuses a role that the delegator does not name', () => {
      loadSnapshot();
      const targets = set.updateTargets(repository.bytes('targets'));
      throwsFault('role.missing', () =>
        set.updateDelegatedTargets(repository.bytes('team'), 'constructor', targets),
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
      throwsFault('role.other-repository', () =>
        set.updateTimestamp(repository.bytes('timestamp')),
      );
      repository.timestamp[repeated] = 'here-1';
      repository.publishTimestamp();
      loadSnapshot();
      const targets = set.updateTargets(repository.bytes('targets'));
      throwsFault('role.other-repository', () =>
        set.updateDelegatedTargets(repository.bytes('team'), 'team', targets),
      );
    });

    it('is refused as the next root, named otherwise or not at all', () => {
      repository.root[policy] = { repository: 'there-2' };
      const other = repository.publishRoot();
      throwsFault('role.other-repository', () => set.updateRoot(other));
      repository.root.version -= 1;
      repository.root[policy] = {};
      const nameless = repository.publishRoot();
      throwsFault('role.other-repository', () => set.updateRoot(nameless));
    });
  });
});

function parse(bytes: Uint8Array) {
  return JSON.parse(Buffer.from(bytes).toString()) as {
    signed: unknown;
    signatures: { keyid: string; sig: string }[];
  };
}
