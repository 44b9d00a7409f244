import assert from 'node:assert/strict';
import { TrustedSet } from '../../core/metadata/trusted-set.ts';
import { throwsFault } from '../kit/faults.ts';
import {
  newKey,
  signed,
  SimulatedRepository,
  testTime,
  yesterday,
} from '../kit/simulated-repository.ts';

const options = { referenceTime: testTime };

describe('trusted set over time', () => {
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

  describe('rollback attack', () => {
    it('refuses an older root, the same root, and one that skips a version', () => {
      const first = repository.bytes('root');
      set.updateRoot(repository.publishRoot());
      throwsFault('rollback.root', () => set.updateRoot(first));
      throwsFault('root.version-not-next', () => set.updateRoot(repository.bytes('root')));
      repository.root.version += 1;
      throwsFault('root.version-not-next', () => set.updateRoot(repository.publishRoot()));
    });

    it('refuses a timestamp older than the trusted one', () => {
      const old = repository.bytes('timestamp');
      repository.publish();
      set.updateTimestamp(repository.bytes('timestamp'));
      throwsFault('rollback.timestamp', () => set.updateTimestamp(old));
    });

    it('keeps the trusted timestamp when another of the same version comes', () => {
      set.updateTimestamp(repository.bytes('timestamp'));
      const trusted = set.timestamp;
      const twin = { ...repository.timestamp, meta: { 'snapshot.json': { version: 9 } } };
      const answer = set.updateTimestamp(signed(twin, repository.signersOf('timestamp')));
      assert.equal(answer, 'same');
      assert.equal(set.timestamp, trusted);
    });

    it('refuses a newer timestamp that names an older snapshot', () => {
      repository.publish();
      set.updateTimestamp(repository.bytes('timestamp'));
      repository.timestamp.meta = { 'snapshot.json': { version: 1 } };
      repository.publishTimestamp();
      throwsFault('rollback.snapshot', () => set.updateTimestamp(repository.bytes('timestamp')));
    });

    it('refuses a timestamp older than an expired one of the cache', () => {
      const old = repository.bytes('timestamp');
      repository.timestamp.expires = yesterday;
      repository.publishTimestamp();
      throwsFault('role.expired', () => set.updateTimestamp(repository.bytes('timestamp')));
      throwsFault('rollback.timestamp', () => set.updateTimestamp(old));
    });

    it('refuses a snapshot that names an older version of a role than an expired one did', () => {
      repository.targets['x-note'] = 'second';
      repository.snapshot.expires = yesterday;
      repository.publish();
      const cached = repository.bytes('snapshot');
      set.updateTimestamp(repository.bytes('timestamp'));
      throwsFault('role.expired', () => set.updateSnapshot(cached, { trustedBytes: true }));
      const { meta } = repository.snapshot;
      const before = { ...repository.snapshot, meta: { ...meta, 'targets.json': { version: 1 } } };
      const back = signed(before, repository.signersOf('snapshot'));
      throwsFault('rollback.targets', () => set.updateSnapshot(back, { trustedBytes: true }));
    });

    it('refuses a snapshot from which a role has disappeared', () => {
      const cached = repository.bytes('snapshot');
      const kept = { 'targets.json': { version: 1 } };
      repository.roles.delete('team');
      repository.snapshot.meta = kept;
      repository.publish();
      set.updateTimestamp(repository.bytes('timestamp'));
      throwsFault('version.mismatch', () => set.updateSnapshot(cached, { trustedBytes: true }));
      throwsFault('rollback.targets', () => set.updateSnapshot(repository.bytes('snapshot')));
    });

    it('does not keep a refused snapshot of the server as a base', () => {
      const named = repository.bytes('snapshot');
      repository.timestamp.meta = { 'snapshot.json': { version: 1 } };
      repository.publishTimestamp();
      set.updateTimestamp(repository.bytes('timestamp'));
      repository.snapshot.version = 7;
      repository.snapshot.meta['targets.json'] = { version: 7 };
      const high = signed(repository.snapshot, repository.signersOf('snapshot'));
      throwsFault('version.mismatch', () => set.updateSnapshot(high));
      assert.equal(set.updateSnapshot(named).signed.version, 1);
    });
  });

  describe('freeze attack', () => {
    it('follows expired roots up to the newest, which must be unexpired', () => {
      repository.root.expires = yesterday;
      set.updateRoot(repository.publishRoot());
      throwsFault('role.expired', () => {
        set.requireFreshRoot();
      });
      throwsFault('role.expired', () => set.updateTimestamp(repository.bytes('timestamp')));
      repository.root.expires = '2030-07-01T00:00:00Z';
      set.updateRoot(repository.publishRoot());
      assert.equal(set.updateTimestamp(repository.bytes('timestamp')), 'new');
    });

    it('refuses a timestamp whose last second is the reference time', () => {
      repository.timestamp.expires = '2030-06-01T12:00:00Z';
      repository.publishTimestamp();
      throwsFault('role.expired', () => set.updateTimestamp(repository.bytes('timestamp')));
    });

    it('does not load a snapshot by an expired timestamp', () => {
      repository.timestamp.expires = yesterday;
      repository.publishTimestamp();
      throwsFault('role.expired', () => set.updateTimestamp(repository.bytes('timestamp')));
      throwsFault('role.expired', () => set.updateSnapshot(repository.bytes('snapshot')));
    });

    it('refuses an expired timestamp again when the server sends the same version', () => {
      repository.timestamp.expires = yesterday;
      repository.publishTimestamp();
      const expired = repository.bytes('timestamp');
      throwsFault('role.expired', () => set.updateTimestamp(expired));
      throwsFault('role.expired', () => set.updateTimestamp(expired));
    });

    it('refuses an expired snapshot, and loads no targets by it', () => {
      repository.snapshot.expires = yesterday;
      repository.publish();
      set.updateTimestamp(repository.bytes('timestamp'));
      throwsFault('role.expired', () => set.updateSnapshot(repository.bytes('snapshot')));
      throwsFault('role.expired', () => set.updateTargets(repository.bytes('targets')));
    });

    it('refuses expired targets', () => {
      repository.targets.expires = yesterday;
      repository.publish();
      loadSnapshot();
      throwsFault('role.expired', () => set.updateTargets(repository.bytes('targets')));
      assert.equal(set.targets, undefined);
    });

    it('refuses an expired delegated role', () => {
      repository.role('team').expires = yesterday;
      repository.publish();
      loadSnapshot();
      const targets = set.updateTargets(repository.bytes('targets'));
      throwsFault('role.expired', () =>
        set.updateDelegatedTargets(repository.bytes('team'), 'team', targets),
      );
      assert.equal(set.delegated('team', targets), undefined);
    });
  });

  describe('mix-and-match attack', () => {
    it('refuses a snapshot of another length or hash than the timestamp names', () => {
      const old = repository.bytes('snapshot');
      repository.snapshot['x-note'] = 'longer';
      repository.publish();
      set.updateTimestamp(repository.bytes('timestamp'));
      throwsFault('metadata.length', () => set.updateSnapshot(old));
      const same = Buffer.from(repository.bytes('snapshot'));
      same[same.length - 1] = 0x20;
      throwsFault('metadata.hash', () => set.updateSnapshot(same));
    });

    it('refuses targets of another version than the snapshot names', () => {
      repository.namesContent = false;
      const old = repository.bytes('targets');
      repository.targets['x-note'] = 'second';
      repository.publish();
      loadSnapshot();
      throwsFault('version.mismatch', () => set.updateTargets(old));
    });

    it('refuses a role that the snapshot does not list', () => {
      repository.snapshot.meta = { 'targets.json': { version: 1 } };
      repository.timestamp.meta = { 'snapshot.json': { version: 2 } };
      repository.snapshot.version = 2;
      repository.publishTimestamp();
      set.updateTimestamp(repository.bytes('timestamp'));
      set.updateSnapshot(signed(repository.snapshot, repository.signersOf('snapshot')));
      const targets = set.updateTargets(repository.bytes('targets'));
      throwsFault('role.missing', () =>
        set.updateDelegatedTargets(repository.bytes('team'), 'team', targets),
      );
      assert.equal(set.metaOf('constructor'), undefined);
    });

    it('knows no file by hashes of unknown algorithms alone, and ignores them beside known ones', () => {
      const unknown = { 'blake9-7': 'ab' };
      const known = repository.timestamp.meta['snapshot.json'];
      assert.ok(known);
      repository.timestamp.meta = { 'snapshot.json': { version: 1, hashes: unknown } };
      repository.publishTimestamp();
      set.updateTimestamp(repository.bytes('timestamp'));
      throwsFault('metadata.hash', () => set.updateSnapshot(repository.bytes('snapshot')));
      const hashes = { ...unknown, ...(known['hashes'] as Record<string, string>) };
      repository.timestamp.meta = { 'snapshot.json': { ...known, hashes } };
      repository.publishTimestamp();
      set.updateTimestamp(repository.bytes('timestamp'));
      assert.equal(set.updateSnapshot(repository.bytes('snapshot')).signed.version, 1);
    });
  });

  describe('recovery from a fast-forward attack', () => {
    it('says so when a root takes a timestamp or snapshot key away', () => {
      set.updateRoot(repository.publishRoot());
      assert.equal(set.onlineKeysReplaced, false);
      repository.rotate('snapshot');
      set.updateRoot(repository.publishRoot());
      assert.equal(set.onlineKeysReplaced, true);
    });

    it('remembers it over later roots', () => {
      repository.rotate('timestamp');
      set.updateRoot(repository.publishRoot());
      set.updateRoot(repository.publishRoot());
      assert.equal(set.onlineKeysReplaced, true);
    });

    it('takes an added key, or the same key under another keyid, for no loss', () => {
      const [key] = repository.signersOf('timestamp');
      assert.ok(key);
      const added = newKey();
      repository.root.keys[added.keyid] = added.json;
      repository.root.keys['ab'.repeat(32)] = key.json;
      repository.root.roles.timestamp.keyids = ['ab'.repeat(32), added.keyid];
      set.updateRoot(repository.publishRoot());
      assert.equal(set.onlineKeysReplaced, false);
    });
  });
});
