import type { SimulatedRepository } from '../kit/simulated-repository.ts';
import { refreshCases, type RefreshCase } from './kit/refresh-cases.ts';
import { resign } from './kit/forgery.ts';

/** Each attack is made on a repository whose snapshot names versions alone, and on one with hashes too. */
const attacks: Readonly<Record<string, RefreshCase>> = {
  'an older timestamp': {
    before: (repository) => {
      repository.publishTimestamp();
    },
    server: (repository) => {
      repository.timestamp.version = 0;
      repository.publishTimestamp();
    },
    exit: 1,
    fault: 'rollback.timestamp',
    asks: '2.root timestamp',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 2',
  },
  'a new timestamp that names an older snapshot': {
    before: (repository) => {
      repository.publish();
    },
    server: (repository) => {
      repository.snapshot.version = 0;
      repository.publish();
    },
    exit: 1,
    fault: 'rollback.snapshot',
    asks: '2.root timestamp',
    trusts: 'root 1, snapshot 2, targets 1, timestamp 2',
  },
  'a new snapshot that names older targets': {
    before: withTarget,
    server: (repository) => {
      repository.targets.version = 0;
      repository.addTarget('b.txt', 'b');
      repository.publish();
    },
    exit: 1,
    fault: 'rollback.targets',
    asks: '2.root timestamp 3.snapshot',
    trusts: 'root 1, snapshot 2, targets 2, timestamp 3',
  },
  'a new snapshot that leaves out the targets': {
    before: withTarget,
    server: (repository) => {
      delete repository.snapshot.meta['targets.json'];
      repository.publish();
    },
    exit: 1,
    fault: 'rollback.targets',
    asks: '2.root timestamp 3.snapshot',
    trusts: 'root 1, snapshot 2, targets 2, timestamp 3',
  },
  'a new snapshot that names an older delegated role': {
    before: withTeam,
    server: (repository) => {
      repository.role('team').version = 0;
      repository.addTarget('team/b.txt', 'b', 'team');
      repository.publish();
    },
    exit: 1,
    fault: 'rollback.targets',
    asks: '2.root timestamp 4.snapshot',
    trusts: 'root 1, snapshot 3, targets 2, timestamp 4',
  },
  'a new snapshot that leaves out a delegated role': {
    before: withTeam,
    server: (repository) => {
      delete repository.snapshot.meta['team.json'];
      repository.publish();
    },
    exit: 1,
    fault: 'rollback.targets',
    asks: '2.root timestamp 4.snapshot',
    trusts: 'root 1, snapshot 3, targets 2, timestamp 4',
  },
};

refreshCases('the client refuses', attacks);
refreshCases('the client refuses, with hashes in timestamp and snapshot', withHashes(attacks));

refreshCases('the client keeps what it has', {
  'before a timestamp of the same version with another content': {
    server: (repository) => {
      resign(repository, 'timestamp', (content) => {
        content['meta'] = { 'snapshot.json': { version: 100 } };
      });
    },
    exit: 0,
    asks: '2.root timestamp',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 1',
  },
  'before a snapshot that is older than the timestamp says, for it does not ask': {
    before: (repository) => {
      repository.publish();
    },
    server: (repository) => {
      const old = repository.files.get('metadata/1.snapshot.json') ?? new Uint8Array();
      repository.files.set('metadata/2.snapshot.json', old);
    },
    exit: 0,
    asks: '2.root timestamp',
    trusts: 'root 1, snapshot 2, targets 1, timestamp 2',
  },
  'and takes a snapshot that lists one role more': {
    before: withTarget,
    server: withTeam,
    exit: 0,
    asks: '2.root timestamp 4.snapshot 3.targets',
    trusts: 'root 1, snapshot 4, targets 3, timestamp 4',
  },
  'and takes a timestamp many versions on': {
    server: (repository) => {
      repository.timestamp.version = 1_000_000;
      repository.publishTimestamp();
    },
    exit: 0,
    asks: '2.root timestamp',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 1000001',
  },
});

function withHashes(cases: typeof attacks): typeof attacks {
  const entries = Object.entries(cases).map(([name, each]) => {
    const before = (repository: SimulatedRepository) => {
      repository.namesContent = true;
      each.before?.(repository);
    };
    return [name, { ...each, before }] as const;
  });
  return Object.fromEntries(entries);
}

function withTarget(repository: SimulatedRepository): void {
  repository.addTarget('a.txt', 'a');
  repository.publish();
}

/** The delegated role `team` at version 2, two snapshots further. */
function withTeam(repository: SimulatedRepository): void {
  repository.delegate('team');
  repository.publish();
  repository.addTarget('team/a.txt', 'a', 'team');
  repository.publish();
}
