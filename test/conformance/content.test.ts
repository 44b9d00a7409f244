import { createHash } from 'node:crypto';
import type { SimulatedRepository } from '../kit/simulated-repository.ts';
import { fileOf, replace, resign } from './kit/forgery.ts';
import { refreshCases, type RefreshCase } from './kit/refresh-cases.ts';

/** What the client trusts when the new file of that role is refused. */
const before = {
  root: 'root 1, snapshot 1, targets 1, timestamp 1',
  timestamp: 'root 1, snapshot 1, targets 1, timestamp 1',
  snapshot: 'root 1, snapshot 1, targets 1, timestamp 2',
  targets: 'root 1, snapshot 2, targets 1, timestamp 2',
};
type Role = keyof typeof before;

refreshCases('another version in the file than in its name is refused', {
  root: refused('root', 'root.version-not-next', (it) => {
    it.version(3);
  }),
  'a root of the version that is trusted already': refused(
    'root',
    'root.version-not-next',
    (it) => {
      it.version(1);
    },
  ),
  snapshot: refused('snapshot', 'version.mismatch', (it) => {
    it.version(3);
  }),
  'an older snapshot under the new name (mix and match)': refused(
    'snapshot',
    'version.mismatch',
    (it) => {
      it.version(1);
    },
  ),
  targets: refused('targets', 'version.mismatch', (it) => {
    it.version(3);
  }),
  'older targets under the new name (mix and match)': refused(
    'targets',
    'version.mismatch',
    (it) => {
      it.version(1);
    },
  ),
});

refreshCases('a file of another type is refused, though rightly signed', {
  'a timestamp in the place of root': refused('root', 'role.type', (it) => {
    it.type('timestamp');
  }),
  'a snapshot in the place of the timestamp': refused('timestamp', 'role.type', (it) => {
    it.type('snapshot');
  }),
  'a timestamp in the place of the snapshot': refused('snapshot', 'role.type', (it) => {
    it.type('timestamp');
  }),
  'a root in the place of the targets': refused('targets', 'role.type', (it) => {
    it.type('root');
  }),
});

for (const role of ['snapshot', 'targets'] as const) {
  refreshCases(`of ${role}, where its length and hash are signed`, {
    'one byte more is refused': withContent(role, 'download.too-long', (it) => {
      it.append(' ');
    }),
    'one byte less is refused': withContent(role, 'metadata.length', (it) => {
      it.cut(1);
    }),
    'another byte is refused': withContent(role, 'metadata.hash', (it) => {
      it.space();
    }),
  });
}

refreshCases('what timestamp and snapshot say of a file', {
  'is followed when it is right': {
    server: (repository) => {
      repository.namesContent = true;
      change(repository);
    },
    exit: 0,
    trusts: 'root 1, snapshot 2, targets 2, timestamp 2',
  },
  'may be sha512 alone': {
    server: (repository) => {
      named(repository, (hash) => ({ sha512: hash.sha512 }));
    },
    exit: 0,
    trusts: 'root 1, snapshot 2, targets 2, timestamp 2',
  },
  'may hold a hash that nobody knows beside one that is right': {
    server: (repository) => {
      named(repository, ({ sha256 }) => ({ sha256, 'sha-9': '00' }));
    },
    exit: 0,
    trusts: 'root 1, snapshot 2, targets 2, timestamp 2',
  },
  'must be right in every hash that is known': {
    server: (repository) => {
      named(repository, ({ sha256 }) => ({ sha256, sha512: sha256.repeat(2) }));
    },
    exit: 1,
    fault: 'metadata.hash',
    trusts: before.targets,
  },
  'must hold one hash that is known, if any': {
    server: (repository) => {
      named(repository, () => ({ 'sha-9': '00' }));
    },
    exit: 1,
    fault: 'metadata.hash',
    trusts: before.targets,
  },
});

refreshCases('without a signed length', {
  'a root above 512,000 bytes is refused': endless('root', 512_000),
  'a timestamp above 16,384 bytes is refused': endless('timestamp', 16_384),
  'a snapshot above 2,000,000 bytes is refused': endless('snapshot', 2_000_000),
  'targets above 5,000,000 bytes are refused': endless('targets', 5_000_000),
  'whitespace within the limit is stored as it came': {
    server: (repository) => {
      repository.publishTimestamp();
      const text = Buffer.from(repository.bytes('timestamp')).toString();
      replace(repository, 'timestamp', `\n\n${text}   \n`);
    },
    exit: 0,
    trusts: 'root 1, snapshot 1, targets 1, timestamp 2',
  },
});

/** Texts that are no metadata. */
const rubbish: Readonly<Record<string, readonly [code: string, text: string]>> = {
  nothing: ['json.syntax', ''],
  'half a file': ['json.syntax', '{"signed": {"_type": '],
  'a web page': ['json.syntax', '<html>not found</html>'],
  'a list': ['json.envelope', '[]'],
  null: ['json.envelope', 'null'],
  'a number': ['json.envelope', '7'],
  'a file without signatures': ['json.envelope', '{"signed": {"_type": "root"}}'],
  'a list that is signed': ['json.envelope', '{"signed": [], "signatures": []}'],
  'an object of signatures': ['json.envelope', '{"signed": {}, "signatures": {}}'],
  'a nest of a thousand lists': ['json.too-deep', '['.repeat(1000) + ']'.repeat(1000)],
  'a byte order mark': ['json.syntax', '\ufeff{}'],
};

for (const role of ['root', 'targets'] as const) {
  const cases = Object.entries(rubbish).map(([name, [code, text]]) => {
    return [
      name,
      refused(role, code, (it) => {
        it.text(text);
      }),
    ] as const;
  });
  refreshCases(`in the place of ${role} is refused`, Object.fromEntries(cases));
}

/** What an attacker does to the new file of a role. */
function attack(repository: SimulatedRepository, role: Role) {
  const set = (field: string, value: string | number) => {
    resign(repository, role, (content) => {
      content[field] = value;
    });
  };
  const text = Buffer.from(repository.bytes(role)).toString();
  return {
    version: (version: number) => {
      set('version', version);
    },
    type: (type: string) => {
      set('_type', type);
    },
    text: (other: string) => {
      replace(repository, role, other);
    },
    append: (more: string) => {
      replace(repository, role, text + more);
    },
    cut: (bytes: number) => {
      replace(repository, role, text.slice(0, -bytes));
    },
    space: () => {
      replace(repository, role, text.replace('\n', ' '));
    },
  };
}

function refused(
  role: Role,
  fault: string,
  does: (it: ReturnType<typeof attack>) => void,
): RefreshCase {
  return {
    server: (repository) => {
      if (role === 'root') repository.publishRoot();
      else change(repository);
      does(attack(repository, role));
    },
    exit: 1,
    fault,
    trusts: before[role],
  };
}

function withContent(
  role: 'snapshot' | 'targets',
  fault: string,
  does: (it: ReturnType<typeof attack>) => void,
): RefreshCase {
  const { server, ...rest } = refused(role, fault, does);
  return {
    ...rest,
    server: (repository, scene) => {
      repository.namesContent = true;
      server(repository, scene);
    },
  };
}

function endless(role: Role, limit: number): RefreshCase {
  const { server, ...rest } = refused(role, 'download.too-long', () => undefined);
  return {
    ...rest,
    server: (repository, scene) => {
      server(repository, scene);
      const file = repository.files.get(fileOf(repository, role)) ?? new Uint8Array();
      replace(
        repository,
        role,
        Buffer.from(file)
          .toString()
          .padEnd(limit + 1),
      );
    },
  };
}

function change(repository: SimulatedRepository): void {
  repository.addTarget('a.txt', 'a');
  repository.publish();
}

interface Hashes {
  readonly sha256: string;
  readonly sha512: string;
}

/** New targets, of which the snapshot says these hashes. */
function named(
  repository: SimulatedRepository,
  hashes: (right: Hashes) => Readonly<Record<string, string>>,
): void {
  change(repository);
  const digest = (name: string) =>
    createHash(name).update(repository.bytes('targets')).digest('hex');
  const right = { sha256: digest('sha256'), sha512: digest('sha512') };
  resign(repository, 'snapshot', (content) => {
    content['meta'] = { 'targets.json': { version: 2, hashes: { ...hashes(right) } } };
  });
}
