import assert from 'node:assert/strict';
import type { SimulatedRepository } from '../kit/simulated-repository.ts';
import { faketimeProgram } from './kit/client-process.ts';
import { refreshCases, type RefreshCase } from './kit/refresh-cases.ts';
import { conformanceScene, fromNow } from './kit/scene.ts';

const past = fromNow(-1);

refreshCases('a new file that has expired is refused', {
  'root: after it was stored': {
    server: (repository) => {
      repository.root.expires = past;
      repository.publishRoot();
    },
    exit: 1,
    fault: 'role.expired',
    asks: '2.root 3.root',
    trusts: 'root 2, snapshot 1, targets 1, timestamp 1',
  },
  timestamp: {
    server: (repository) => {
      repository.timestamp.expires = past;
      repository.publishTimestamp();
    },
    exit: 1,
    fault: 'role.expired',
    asks: '2.root timestamp',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 1',
  },
  snapshot: {
    server: (repository) => {
      repository.snapshot.expires = past;
      repository.publish();
    },
    exit: 1,
    fault: 'role.expired',
    asks: '2.root timestamp 2.snapshot',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 2',
  },
  targets: {
    server: (repository) => {
      repository.targets.expires = past;
      repository.publish();
    },
    exit: 1,
    fault: 'role.expired',
    asks: '2.root timestamp 2.snapshot 2.targets',
    trusts: 'root 1, snapshot 2, targets 1, timestamp 2',
  },
});

refreshCases('expiry is taken', {
  'in the year 3019': lasts('3019-01-01T00:00:00Z'),
  'on a leap day': lasts('2096-02-29T23:59:59Z'),
});

/** The clock of the client's process is shifted; the repository's files are of today. */
const later: Readonly<Record<string, RefreshCase>> = {
  'after a root has expired nothing else is asked': {
    server: () => undefined,
    later: '+31d',
    exit: 1,
    fault: 'role.expired',
    asks: '2.root',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 1',
  },
  'before anything has expired all is well': {
    server: () => undefined,
    later: '+29d',
    exit: 0,
    asks: '2.root timestamp',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 1',
  },
  'a clock that is years slow takes what is there': {
    server: () => undefined,
    later: '-1000d',
    exit: 0,
    asks: '2.root timestamp',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 1',
  },
  'a root that has expired gives way to one that has not': {
    before: expiresInAWeek('root'),
    server: (repository) => {
      repository.root.expires = fromNow(30);
      repository.publishRoot();
    },
    later: '+18d',
    exit: 0,
    asks: '3.root 4.root timestamp',
    trusts: 'root 3, snapshot 1, targets 1, timestamp 1',
  },
  'a timestamp that has expired gives way to one that has not': {
    before: expiresInAWeek('timestamp'),
    server: (repository) => {
      repository.timestamp.expires = fromNow(30);
      repository.publish();
    },
    later: '+18d',
    exit: 0,
    asks: '2.root timestamp 3.snapshot',
    trusts: 'root 1, snapshot 3, targets 1, timestamp 3',
  },
  'a timestamp that has expired and is all that there is ends it': {
    before: expiresInAWeek('timestamp'),
    server: () => undefined,
    later: '+18d',
    exit: 1,
    fault: 'role.expired',
    asks: '2.root timestamp',
    trusts: 'root 1, snapshot 2, targets 1, timestamp 2',
  },
  'a timestamp that has expired still keeps out older ones': {
    before: expiresInAWeek('timestamp'),
    server: (repository) => {
      repository.timestamp.expires = fromNow(30);
      repository.timestamp.version = 0;
      repository.publishTimestamp();
    },
    later: '+18d',
    exit: 1,
    fault: 'rollback.timestamp',
    asks: '2.root timestamp',
    trusts: 'root 1, snapshot 2, targets 1, timestamp 2',
  },
  'a timestamp that has expired still keeps out an older snapshot': {
    before: expiresInAWeek('timestamp'),
    server: (repository) => {
      repository.timestamp.expires = fromNow(30);
      repository.snapshot.version = 0;
      repository.publish();
    },
    later: '+18d',
    exit: 1,
    fault: 'rollback.snapshot',
    asks: '2.root timestamp',
    trusts: 'root 1, snapshot 2, targets 1, timestamp 2',
  },
  'a snapshot that has expired gives way to one that has not': {
    before: expiresInAWeek('snapshot'),
    server: (repository) => {
      repository.snapshot.expires = fromNow(30);
      repository.publish();
    },
    later: '+18d',
    exit: 0,
    asks: '2.root timestamp 3.snapshot',
    trusts: 'root 1, snapshot 3, targets 1, timestamp 3',
  },
  'a snapshot that has expired and is all that there is ends it': {
    before: expiresInAWeek('snapshot'),
    server: () => undefined,
    later: '+18d',
    exit: 1,
    fault: 'role.expired',
    asks: '2.root timestamp 2.snapshot',
    trusts: 'root 1, snapshot 2, targets 1, timestamp 2',
  },
  'a snapshot that has expired still keeps out older targets': {
    before: (repository) => {
      repository.addTarget('a.txt', 'a');
      expiresInAWeek('snapshot')(repository);
    },
    server: (repository) => {
      repository.snapshot.expires = fromNow(30);
      repository.targets.version = 0;
      repository.addTarget('b.txt', 'b');
      repository.publish();
    },
    later: '+18d',
    exit: 1,
    fault: 'rollback.targets',
    asks: '2.root timestamp 3.snapshot',
    trusts: 'root 1, snapshot 2, targets 2, timestamp 3',
  },
  'targets that have expired give way to those that have not': {
    before: expiresInAWeek('targets'),
    server: (repository) => {
      repository.targets.expires = fromNow(30);
      repository.publish();
    },
    later: '+18d',
    exit: 0,
    asks: '2.root timestamp 3.snapshot 3.targets',
    trusts: 'root 1, snapshot 3, targets 3, timestamp 3',
  },
  'targets that have expired and are all that there is end it': {
    before: expiresInAWeek('targets'),
    server: () => undefined,
    later: '+18d',
    exit: 1,
    fault: 'role.expired',
    asks: '2.root timestamp 2.targets',
    trusts: 'root 1, snapshot 2, targets 2, timestamp 2',
  },
};

describe('by a clock that is shifted', () => {
  before(function () {
    if (faketimeProgram() === undefined) this.skip();
  });
  refreshCases('', later);
});

describe('a delegated role that has expired', () => {
  const scene = conformanceScene();

  it('is refused when it is new, and none of its targets is downloaded', async () => {
    await scene().init();
    withTeam(scene().repository, past);
    assert.equal(await scene().download(['team/a.txt']), 1);
    assert.equal(scene().fault, 'role.expired');
    assert.equal(scene().asked, '2.root timestamp 2.snapshot 2.targets 1.team');
    assert.equal(await scene().trusted(), 'root 1, snapshot 2, targets 2, timestamp 2');
    assert.deepEqual(await scene().downloaded(), {});
  });

  it('is refused out of the cache, and asked for once more', async function () {
    if (faketimeProgram() === undefined) this.skip();
    await scene().init();
    withTeam(scene().repository, fromNow(7));
    assert.equal(await scene().download(['team/a.txt']), 0);
    assert.equal(await scene().download(['team/b.txt'], '+18d'), 1);
    assert.equal(scene().fault, 'role.expired');
    assert.equal(scene().asked, '2.root timestamp 1.team');
    assert.deepEqual(await scene().downloaded(), { 'team%2Fa.txt': 'a' });
  });

  it('gives way to a newer one', async function () {
    if (faketimeProgram() === undefined) this.skip();
    await scene().init();
    const { repository } = scene();
    withTeam(repository, fromNow(7));
    assert.equal(await scene().download(['team/a.txt']), 0);
    repository.role('team').expires = fromNow(30);
    repository.publish();
    assert.equal(await scene().download(['team/b.txt'], '+18d'), 0);
    assert.equal(scene().asked, '2.root timestamp 3.snapshot 2.team targets/team/#.b.txt');
    assert.deepEqual(await scene().downloaded(), { 'team%2Fa.txt': 'a', 'team%2Fb.txt': 'b' });
  });
});

function lasts(expires: string): RefreshCase {
  return {
    server: (repository) => {
      repository.root.expires = expires;
      repository.publishRoot();
      for (const role of [repository.timestamp, repository.snapshot, repository.targets]) {
        role.expires = expires;
      }
      repository.publish();
    },
    exit: 0,
    trusts: 'root 2, snapshot 2, targets 2, timestamp 2',
  };
}

/** Gives a role one week, and publishes all. */
function expiresInAWeek(role: 'root' | 'timestamp' | 'snapshot' | 'targets') {
  return (repository: SimulatedRepository) => {
    repository[role].expires = fromNow(7);
    if (role === 'root') repository.publishRoot();
    else repository.publish();
  };
}

function withTeam(repository: SimulatedRepository, expires: string): void {
  repository.delegate('team', { paths: ['team/*'] });
  repository.role('team').expires = expires;
  repository.addTarget('team/a.txt', 'a', 'team');
  repository.addTarget('team/b.txt', 'b', 'team');
  repository.publish();
}
