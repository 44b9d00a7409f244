import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { refreshCases } from './kit/refresh-cases.ts';
import type { Scene } from './kit/scene.ts';

const asBefore = 'root 1, snapshot 1, targets 1, timestamp 1';

refreshCases('a refresh asks for', {
  'the next root and one file of each role, the first time': {
    client: 'new',
    server: () => undefined,
    exit: 0,
    asks: '2.root timestamp 1.snapshot 1.targets',
    trusts: asBefore,
  },
  'the next root and the timestamp, when nothing has changed': {
    server: () => undefined,
    exit: 0,
    asks: '2.root timestamp',
    trusts: asBefore,
  },
  'the next root and the timestamp, when only that is new': {
    server: (repository) => {
      repository.publishTimestamp();
    },
    exit: 0,
    asks: '2.root timestamp',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 2',
  },
  'the snapshot too, when it is new, and no targets that have not changed': {
    server: (repository) => {
      repository.publish();
    },
    exit: 0,
    asks: '2.root timestamp 2.snapshot',
    trusts: 'root 1, snapshot 2, targets 1, timestamp 2',
  },
  'the targets too, when they are new': {
    server: (repository) => {
      repository.addTarget('a.txt', 'a');
      repository.publish();
    },
    exit: 0,
    asks: '2.root timestamp 2.snapshot 2.targets',
    trusts: 'root 1, snapshot 2, targets 2, timestamp 2',
  },
  'no file of a delegated role': {
    client: 'new',
    server: (repository) => {
      repository.delegate('team');
      repository.publish();
    },
    exit: 0,
    asks: '2.root timestamp 2.snapshot 2.targets',
    trusts: 'root 1, snapshot 2, targets 2, timestamp 2',
  },
  'each root up to the one that is not there': {
    server: (repository) => {
      for (let count = 0; count < 3; count += 1) repository.publishRoot();
    },
    exit: 0,
    asks: '2.root 3.root 4.root 5.root timestamp',
    trusts: 'root 4, snapshot 1, targets 1, timestamp 1',
  },
  'no more roots after a 403, as object stores say it': {
    server: (_, scene) => {
      answer(scene, '2.root', 403);
    },
    exit: 0,
    asks: '2.root timestamp',
    trusts: asBefore,
  },
});

refreshCases('a refresh that is answered', {
  '500 for the next root ends there, having asked once': {
    server: (_, scene) => {
      answer(scene, '2.root', 500);
    },
    exit: 1,
    fault: 'download.status',
    asks: '2.root',
    trusts: asBefore,
  },
  '429 for the next root ends there, having asked once': {
    server: (_, scene) => {
      answer(scene, '2.root', 429);
    },
    exit: 1,
    fault: 'download.status',
    asks: '2.root',
    trusts: asBefore,
  },
  '404 for the timestamp ends there': {
    server: (repository) => repository.files.delete('metadata/timestamp.json'),
    exit: 1,
    fault: 'download.status',
    asks: '2.root timestamp',
    trusts: asBefore,
  },
  '404 for the snapshot ends there and keeps the new timestamp': {
    server: (repository) => {
      repository.publish();
      repository.files.delete('metadata/2.snapshot.json');
    },
    exit: 1,
    fault: 'download.status',
    asks: '2.root timestamp 2.snapshot',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 2',
  },
  '404 for the targets ends there and keeps the new snapshot': {
    server: (repository) => {
      repository.addTarget('a.txt', 'a');
      repository.publish();
      repository.files.delete('metadata/2.targets.json');
    },
    exit: 1,
    fault: 'download.status',
    asks: '2.root timestamp 2.snapshot 2.targets',
    trusts: 'root 1, snapshot 2, targets 1, timestamp 2',
  },
  'nothing at all for the timestamp has asked once': {
    server: (_, scene) => {
      scene.server.answers.set('metadata/timestamp.json', (request) => request.destroy());
    },
    exit: 1,
    fault: 'download.unreachable',
    asks: '2.root timestamp',
    trusts: asBefore,
  },
  'by another place for the timestamp does not go there': {
    server: (_, scene) => {
      scene.server.answers.set('metadata/timestamp.json', (_request, response) => {
        response.writeHead(302, { location: '/metadata/1.snapshot.json' }).end();
      });
    },
    exit: 1,
    fault: 'download.redirected',
    asks: '2.root timestamp',
    trusts: asBefore,
  },
});

refreshCases('a refresh whose cache', {
  'has lost the timestamp fetches it': {
    server: (_, scene) => rm(path.join(scene.metadataDir, 'timestamp.json')),
    exit: 0,
    asks: '2.root timestamp',
    trusts: asBefore,
  },
  'has lost the snapshot fetches it': {
    server: (_, scene) => rm(path.join(scene.metadataDir, 'snapshot.json')),
    exit: 0,
    asks: '2.root timestamp 1.snapshot',
    trusts: asBefore,
  },
  'has lost the targets fetches them': {
    server: (_, scene) => rm(path.join(scene.metadataDir, 'targets.json')),
    exit: 0,
    asks: '2.root timestamp 1.targets',
    trusts: asBefore,
  },
  'has a damaged timestamp fetches it': {
    server: (_, scene) => damage(scene, 'timestamp'),
    exit: 0,
    asks: '2.root timestamp',
    trusts: asBefore,
  },
  'has a damaged snapshot fetches it': {
    server: (_, scene) => damage(scene, 'snapshot'),
    exit: 0,
    asks: '2.root timestamp 1.snapshot',
    trusts: asBefore,
  },
  'has damaged targets fetches them': {
    server: (_, scene) => damage(scene, 'targets'),
    exit: 0,
    asks: '2.root timestamp 1.targets',
    trusts: asBefore,
  },
  'has a damaged root follows the chain from the first one again': {
    before: (repository) => repository.publishRoot(),
    server: (_, scene) => damage(scene, 'root'),
    exit: 0,
    asks: '2.root 3.root timestamp',
    trusts: 'root 2, snapshot 1, targets 1, timestamp 1',
  },
  'has lost the root follows the chain from the first one again': {
    before: (repository) => repository.publishRoot(),
    server: (_, scene) => rm(path.join(scene.metadataDir, 'root.json')),
    exit: 0,
    asks: '2.root 3.root timestamp',
    trusts: 'root 2, snapshot 1, targets 1, timestamp 1',
  },
  'has a damaged first root puts it in order': {
    server: (_, scene) => damage(scene, 'root'),
    exit: 0,
    asks: '2.root timestamp',
    trusts: asBefore,
  },
});

function answer(scene: Scene, file: string, status: number): void {
  scene.server.answers.set(`metadata/${file}.json`, (_request, response) => {
    response.writeHead(status).end();
  });
}

function damage(scene: Scene, role: string): Promise<void> {
  return writeFile(path.join(scene.metadataDir, `${role}.json`), '{"signed":');
}
