import type { SimulatedRepository } from '../kit/simulated-repository.ts';
import { newKey } from '../kit/test-keys.ts';
import { refreshCases } from './kit/refresh-cases.ts';

/** An attacker who had a key has pushed a version number far up; the repository goes back to low ones. */
const farTimestamp = (repository: SimulatedRepository) => {
  repository.timestamp.version = 999;
  repository.publishTimestamp();
};
const farSnapshot = (repository: SimulatedRepository) => {
  repository.snapshot.version = 999;
  repository.publish();
};
const farTargets = (repository: SimulatedRepository) => {
  repository.targets.version = 999;
  repository.addTarget('a.txt', 'a');
  repository.publish();
};

refreshCases('after a fast-forward attack', {
  'a timestamp goes back under a new timestamp key': {
    before: farTimestamp,
    server: (repository) => {
      repository.rotate('timestamp');
      repository.publishRoot();
      repository.timestamp.version = 1;
      repository.publishTimestamp();
    },
    exit: 0,
    asks: '2.root 3.root timestamp 1.snapshot',
    trusts: 'root 2, snapshot 1, targets 1, timestamp 2',
  },
  'a snapshot goes back under new timestamp and snapshot keys': {
    before: farSnapshot,
    server: (repository) => {
      repository.rotate('timestamp');
      repository.rotate('snapshot');
      repository.publishRoot();
      repository.snapshot.version = 1;
      repository.publish();
    },
    exit: 0,
    asks: '2.root 3.root timestamp 2.snapshot',
    trusts: 'root 2, snapshot 2, targets 1, timestamp 3',
  },
  'a snapshot goes back under a new snapshot key alone': {
    before: farSnapshot,
    server: (repository) => {
      repository.rotate('snapshot');
      repository.publishRoot();
      repository.snapshot.version = 1;
      repository.publish();
    },
    exit: 0,
    asks: '2.root 3.root timestamp 2.snapshot',
    trusts: 'root 2, snapshot 2, targets 1, timestamp 3',
  },
  'targets go back under a new snapshot key': {
    before: farTargets,
    server: (repository) => {
      repository.rotate('snapshot');
      repository.publishRoot();
      repository.targets.version = 1;
      repository.addTarget('b.txt', 'b');
      repository.publish();
    },
    exit: 0,
    asks: '2.root 3.root timestamp 3.snapshot 2.targets',
    trusts: 'root 2, snapshot 3, targets 2, timestamp 3',
  },
  'a client that missed the root of the change still goes back': {
    before: farTimestamp,
    server: (repository) => {
      repository.rotate('timestamp');
      repository.publishRoot();
      repository.publishRoot();
      repository.timestamp.version = 1;
      repository.publishTimestamp();
    },
    exit: 0,
    asks: '2.root 3.root 4.root timestamp 1.snapshot',
    trusts: 'root 3, snapshot 1, targets 1, timestamp 2',
  },
  'a root refused behind the one of the change does not bring the old files back': {
    before: farTimestamp,
    server: (repository) => {
      repository.rotate('timestamp');
      repository.publishRoot();
      repository.files.set('metadata/3.root.json', Buffer.from('{}'));
    },
    exit: 1,
    fault: 'json.envelope',
    trusts: 'root 2, targets 1',
  },
  'nothing goes back under the old keys': {
    before: farTimestamp,
    server: (repository) => {
      repository.publishRoot();
      repository.timestamp.version = 1;
      repository.publishTimestamp();
    },
    exit: 1,
    fault: 'rollback.timestamp',
    trusts: 'root 2, snapshot 1, targets 1, timestamp 1000',
  },
  'nothing goes back under a new key of targets': {
    before: farTimestamp,
    server: (repository) => {
      repository.rotate('targets');
      repository.publishRoot();
      repository.timestamp.version = 1;
      repository.publish();
    },
    exit: 1,
    fault: 'rollback.timestamp',
    trusts: 'root 2, snapshot 1, targets 1, timestamp 1000',
  },
  'nothing goes back under a key that was added': {
    before: farTimestamp,
    server: (repository) => {
      repository.rotate('timestamp', [...repository.signersOf('timestamp'), newKey()]);
      repository.publishRoot();
      repository.timestamp.version = 1;
      repository.publishTimestamp();
    },
    exit: 1,
    fault: 'rollback.timestamp',
    trusts: 'root 2, snapshot 1, targets 1, timestamp 1000',
  },
});
