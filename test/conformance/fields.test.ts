import type { JsonValue } from '../../core/metadata/json.ts';
import type { SimulatedRepository } from '../kit/simulated-repository.ts';
import { resign } from './kit/forgery.ts';
import { refreshCases, type RefreshCase } from './kit/refresh-cases.ts';

type Change = (signed: Record<string, JsonValue>) => unknown;

const taken: Readonly<Record<string, Change>> = {
  'spec_version 1.0': set('spec_version', '1.0'),
  'spec_version 1.0.0': set('spec_version', '1.0.0'),
  'spec_version 1.1.0': set('spec_version', '1.1.0'),
  'spec_version 1.99': set('spec_version', '1.99'),
  'a field of its own': set('x-note', 'anything'),
  'a field of its own that is an object': set('custom-field', { a: [1, { b: null }], c: 'é' }),
  'a field called constructor': set('constructor', 'yes'),
  'an expiry in another zone': set('expires', '2031-01-01T00:00:00+02:00'),
};

const refused: Readonly<Record<string, Change>> = {
  'spec_version in words': set('spec_version', 'latest'),
  'no spec_version': remove('spec_version'),
  'an empty spec_version': set('spec_version', ''),
  'a spec_version that is a number': set('spec_version', 1),
  'no version': remove('version'),
  'version 0': set('version', 0),
  'a negative version': set('version', -2),
  'a version in letters': set('version', '2'),
  'a version of null': set('version', null),
  'no expiry': remove('expires'),
  'an expiry that is a number': set('expires', 1_893_456_000),
  'an expiry in words': set('expires', 'never'),
  'an expiry with a day that does not exist': set('expires', '2031-02-30T00:00:00Z'),
  'an expiry without a zone': set('expires', '2031-01-01T00:00:00'),
  'no _type': remove('_type'),
};

for (const role of ['root', 'timestamp', 'targets'] as const) {
  refreshCases(`a ${role} with`, {
    ...cases(taken, role, 'is taken', {
      exit: 0,
      trusts: 'root 2, snapshot 2, targets 2, timestamp 2',
    }),
    ...cases(refused, role, 'is refused', { exit: 1, trusts: trustsWithout(role) }),
  });
}

refreshCases('a root', {
  ...cases(
    {
      'whose consistent_snapshot is a word': set('consistent_snapshot', 'true'),
      'without keys': remove('keys'),
      'without roles': remove('roles'),
      'whose roles are a list': set('roles', []),
      'whose keys are null': set('keys', null),
      'that lacks the role of the snapshot': (signed) => {
        const roles = signed['roles'] as Record<string, JsonValue>;
        delete roles['snapshot'];
      },
    },
    'root',
    'is refused',
    { exit: 1, trusts: trustsWithout('root') },
  ),
});

refreshCases('a timestamp', {
  ...cases(
    {
      'without meta': remove('meta'),
      'whose meta is empty': set('meta', {}),
      'whose meta is a list': set('meta', []),
      'that names a snapshot without a version': set('meta', { 'snapshot.json': {} }),
      'that names a snapshot of a negative length': set('meta', {
        'snapshot.json': { version: 2, length: -1 },
      }),
    },
    'timestamp',
    'is refused',
    { exit: 1, trusts: trustsWithout('timestamp') },
  ),
});

refreshCases('targets', {
  ...cases(
    {
      'without delegations': remove('delegations'),
      'with empty delegations': set('delegations', { keys: {}, roles: [] }),
      'with a custom object': set('targets', {
        a: { length: 0, hashes: { sha256: '00'.repeat(32) }, custom: { any: ['thing'] } },
      }),
    },
    'targets',
    'are taken',
    { exit: 0, trusts: 'root 2, snapshot 2, targets 2, timestamp 2' },
  ),
  ...cases(
    {
      'without targets': remove('targets'),
      'whose targets are a list': set('targets', []),
      'with a target that has no length': set('targets', { a: { hashes: { sha256: '00' } } }),
      'with a target that has no hashes': set('targets', { a: { length: 1 } }),
      'with a target of no hash': set('targets', { a: { length: 1, hashes: {} } }),
      'with a target of negative length': set('targets', {
        a: { length: -1, hashes: { sha256: '00' } },
      }),
      'that delegate by paths and prefixes': delegate({
        name: 'a',
        paths: ['*'],
        path_hash_prefixes: ['00'],
      }),
      'that delegate with a threshold of 0': delegate({ name: 'a', paths: ['*'], threshold: 0 }),
      'that delegate with a negative threshold': delegate({
        name: 'a',
        paths: ['*'],
        threshold: -1,
      }),
      'that delegate to a role without a name': delegate({ paths: ['*'] }),
      'that delegate to one role twice': delegate(
        { name: 'a', paths: ['*'] },
        { name: 'a', paths: ['b'] },
      ),
      'whose delegations are a list': set('delegations', []),
      'whose succinct roles are of 33 bits': set('delegations', {
        keys: {},
        succinct_roles: { keyids: [], threshold: 1, bit_length: 33, name_prefix: 'bin' },
      }),
    },
    'targets',
    'are refused',
    { exit: 1, trusts: trustsWithout('targets') },
  ),
});

function cases(
  changes: Readonly<Record<string, Change>>,
  role: 'root' | 'timestamp' | 'targets',
  verdict: string,
  outcome: Pick<RefreshCase, 'exit' | 'trusts'>,
): Readonly<Record<string, RefreshCase>> {
  const entries = Object.entries(changes).map(([name, change]) => {
    const server = (repository: SimulatedRepository) => {
      repository.publishRoot();
      repository.addTarget('a.txt', 'a');
      repository.publish();
      resign(repository, role, change);
    };
    const fault = outcome.exit === 0 ? {} : { fault: faultOf(name) };
    return [`${name} ${verdict}`, { server, ...fault, ...outcome }] as const;
  });
  return Object.fromEntries(entries);
}

function faultOf(name: string): string {
  return name === 'no _type' ? 'role.type' : 'json.shape';
}

function trustsWithout(role: 'root' | 'timestamp' | 'targets'): string {
  const [root, others] = role === 'root' ? [1, 1] : [2, role === 'timestamp' ? 1 : 2];
  return `root ${root}, snapshot ${others}, targets 1, timestamp ${others}`;
}

function set(field: string, value: JsonValue): Change {
  return (signed) => (signed[field] = value);
}

function remove(field: string): Change {
  return (signed) => Reflect.deleteProperty(signed, field);
}

function delegate(...roles: Readonly<Record<string, JsonValue>>[]): Change {
  const common = { keyids: [], threshold: 1, terminating: false };
  return set('delegations', { keys: {}, roles: roles.map((role) => ({ ...common, ...role })) });
}
