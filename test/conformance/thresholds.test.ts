import { computeKeyId } from '../../core/metadata/keys.ts';
import type { JsonValue } from '../../core/metadata/json.ts';
import { newKey, type SimulatedRepository, type TestKey } from '../kit/simulated-repository.ts';
import { renamed } from '../kit/test-keys.ts';
import { resign, tamper, type Envelope } from './kit/forgery.ts';
import { refreshCases, type RefreshCase } from './kit/refresh-cases.ts';

const [alice, bob, carol, intruder] = [newKey(), newKey(), newKey(), newKey()];

/** Who may sign a role, how many must, and who does. */
interface Signing {
  readonly keys: readonly TestKey[];
  readonly threshold: number;
  readonly signers: readonly TestKey[];
  /** What is done to the file afterwards. */
  readonly then?: (file: Envelope) => unknown;
  readonly fault?: string;
}

const accepted: Readonly<Record<string, Signing>> = {
  'one of one': { keys: [alice], threshold: 1, signers: [alice] },
  'two of two': { keys: [alice, bob], threshold: 2, signers: [alice, bob] },
  'two of three': { keys: [alice, bob, carol], threshold: 2, signers: [alice, carol] },
  'two of three, in another order': {
    keys: [alice, bob, carol],
    threshold: 2,
    signers: [carol, alice],
  },
  'three where two are needed': {
    keys: [alice, bob, carol],
    threshold: 2,
    signers: [alice, bob, carol],
  },
  'one, and another whose signature is wrong': {
    keys: [alice, bob],
    threshold: 1,
    signers: [alice, bob],
    then: ({ signatures }) => {
      setSignature(signatures, bob, '00'.repeat(64));
    },
  },
  'one, and another whose signature is empty': {
    keys: [alice, bob],
    threshold: 1,
    signers: [alice, bob],
    then: ({ signatures }) => {
      setSignature(signatures, bob, '');
    },
  },
  'one, and another whose signature is no hex': {
    keys: [alice, bob],
    threshold: 1,
    signers: [bob, alice],
    then: ({ signatures }) => {
      setSignature(signatures, bob, 'later');
    },
  },
  'one, and a stranger': { keys: [alice], threshold: 1, signers: [intruder, alice] },
  'one, in capital letters': {
    keys: [alice],
    threshold: 1,
    signers: [alice],
    then: ({ signatures }) => {
      setSignature(signatures, alice, (signatures[0]?.sig ?? '').toUpperCase());
    },
  },
};

const refused: Readonly<Record<string, Signing>> = {
  'nobody of one': { keys: [alice], threshold: 1, signers: [] },
  'one of two': { keys: [alice, bob], threshold: 2, signers: [alice] },
  'a stranger of one': { keys: [alice], threshold: 1, signers: [intruder] },
  'one of two and a stranger': {
    keys: [alice, bob],
    threshold: 2,
    signers: [alice, intruder],
  },
  'a stranger under the keyid of one': {
    keys: [alice],
    threshold: 1,
    signers: [renamed(intruder, alice.keyid)],
  },
  'one of two, twice': {
    keys: [alice, bob],
    threshold: 2,
    signers: [alice, alice],
    fault: 'signature.duplicate',
  },
  'one of one, twice: a keyid signs once': {
    keys: [alice],
    threshold: 1,
    signers: [alice, alice],
    fault: 'signature.duplicate',
  },
  'one key under two keyids': {
    keys: [alice, renamed(alice, 'a'.repeat(64))],
    threshold: 2,
    signers: [alice, renamed(alice, 'a'.repeat(64))],
  },
  'one key under two keyids, its value in capital letters': {
    keys: [alice, shouted(alice)],
    threshold: 2,
    signers: [alice, shouted(alice)],
  },
  'fewer keys than the threshold': {
    keys: [alice, bob],
    threshold: 3,
    signers: [alice, bob],
  },
  'two of two, one of them wrong': {
    keys: [alice, bob],
    threshold: 2,
    signers: [alice, bob],
    then: ({ signatures }) => {
      setSignature(signatures, bob, '00'.repeat(64));
    },
  },
  'one whose signature is over another content': {
    keys: [alice],
    threshold: 1,
    signers: [alice],
    then: ({ signed }) => (signed['x-note'] = 'added later'),
  },
  'one whose signature has a byte more': {
    keys: [alice],
    threshold: 1,
    signers: [alice],
    then: ({ signatures }) => {
      setSignature(signatures, alice, `${signatures[0]?.sig ?? ''}00`);
    },
  },
};

/** What is trusted when the role is refused under a root that changed its keys. */
const whenRefused = {
  timestamp: 'root 2, targets 1',
  snapshot: 'root 2, targets 1, timestamp 2',
  targets: 'root 2, snapshot 2, targets 1, timestamp 2',
};

for (const role of ['timestamp', 'snapshot', 'targets'] as const) {
  const trusts = 'root 2, snapshot 2, targets 2, timestamp 2';
  refreshCases(`${role} signed by`, {
    ...each(accepted, 'is taken', (signing) => ({
      exit: 0,
      trusts,
      server: publish(role, signing),
    })),
    ...each(refused, 'is refused', (signing) => ({
      exit: 1,
      fault: signing.fault ?? 'role.threshold',
      trusts: whenRefused[role],
      server: publish(role, signing),
    })),
  });
}

function each(
  signings: Readonly<Record<string, Signing>>,
  verdict: string,
  toCase: (signing: Signing) => RefreshCase,
): Readonly<Record<string, RefreshCase>> {
  const entries = Object.entries(signings).map(([name, signing]) => {
    return [`${name} ${verdict}`, toCase(signing)] as const;
  });
  return Object.fromEntries(entries);
}

function publish(role: keyof typeof whenRefused, { keys, threshold, signers, then }: Signing) {
  return (repository: SimulatedRepository) => {
    repository.rotate(role, keys);
    repository.root.roles[role].threshold = threshold;
    repository.publishRoot();
    repository.addTarget('a.txt', 'a');
    repository.publish();
    resign(repository, role, () => undefined, signers);
    if (then !== undefined) tamper(repository, role, then);
  };
}

/** The same key, whose value is written in capital letters: another keyid for the same thing. */
function shouted(key: TestKey): TestKey {
  const json = { ...key.json, keyval: { public: key.json.keyval.public.toUpperCase() } };
  return { ...key, json, keyid: computeKeyId(json) };
}

function setSignature(signatures: Envelope['signatures'], { keyid }: TestKey, sig: string): void {
  for (const signature of signatures) if (signature.keyid === keyid) signature.sig = sig;
}

/** Thresholds that no signature can be counted against: the root that says so is refused, or the role. */
refreshCases('a root that gives the timestamp a threshold', {
  'of 0 lets nobody in': withThreshold(0),
  'of -1 lets nobody in': withThreshold(-1),
  'in letters lets nobody in': withThreshold('1'),
  'of null lets nobody in': withThreshold(null),
});

refreshCases('a root that gives the timestamp', {
  'one key twice is refused, or the key would count twice': {
    server: (repository) => {
      repository.rotate('timestamp', [alice]);
      repository.root.roles.timestamp.keyids = [alice.keyid, alice.keyid];
      repository.publishRoot();
      repository.publishTimestamp();
    },
    exit: 1,
    fault: 'json.shape',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 1',
  },
  'a key that it does not hold lets nobody in': {
    server: (repository) => {
      repository.rotate('timestamp', [alice]);
      repository.root.roles.timestamp.keyids = [bob.keyid];
      repository.publishRoot();
      repository.signers.set('timestamp', [bob]);
      repository.publishTimestamp();
    },
    exit: 1,
    fault: 'role.threshold',
    trusts: 'root 2, targets 1',
  },
});

function withThreshold(threshold: JsonValue): RefreshCase {
  return {
    server: (repository) => {
      repository.publishRoot();
      resign(repository, 'root', (content) => {
        const roles = content['roles'] as Record<string, Record<string, JsonValue>>;
        roles['timestamp'] = { ...roles['timestamp'], threshold };
      });
      repository.publishTimestamp();
      tamper(repository, 'timestamp', (file) => (file.signatures = []));
    },
    exit: 1,
    fault: 'json.shape',
    trusts: 'root 1, snapshot 1, targets 1, timestamp 1',
  };
}
