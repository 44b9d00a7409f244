/** Forms of metadata that repositories have had: the client reads them, whatever the gate would say. */
import assert from 'node:assert/strict';
import { canonicalBytes } from '../../core/metadata/canonical.ts';
import { isObject, type JsonObject, type JsonValue } from '../../core/metadata/json.ts';
import { throwsFault } from '../kit/faults.ts';
import {
  looseRepository,
  parseEnvelope,
  publishAndLoad,
  type Envelope,
  type Rewrite,
} from '../kit/loaded-set.ts';
import type { SimulatedRepository } from '../kit/simulated-repository.ts';

const roles = ['root', 'timestamp', 'snapshot', 'targets', 'team'] as const;

describe('metadata in the wild', () => {
  let repository: SimulatedRepository;
  const load = (rewrite?: Rewrite) => publishAndLoad(repository, rewrite);

  beforeEach(() => {
    repository = looseRepository();
  });

  function jsonOf(role: (typeof roles)[number]): JsonObject {
    if (role === 'root' || role === 'timestamp' || role === 'snapshot') return repository[role];
    return repository.role(role);
  }

  describe('expires', () => {
    const read = [
      '3019-12-31T23:59:59Z',
      '9999-12-31T23:59:59Z',
      '2030-06-01T12:00:00.001Z',
      '2031-05-11T19:09:02.663975009Z', // as go-tuf wrote it
      '2030-06-02T06:28:12.99008-06:00',
      '2030-06-01T14:00:01+02:00',
    ];
    for (const text of read) {
      it(`${text} is read`, () => {
        for (const role of roles) jsonOf(role)['expires'] = text;
        assert.ok(load().targets);
      });
    }

    for (const text of ['2030-06-01T13:59:59+02:00', '2030-06-01T11:59:59.999Z']) {
      it(`${text} is over at noon`, () => {
        repository.timestamp.expires = text;
        throwsFault('role.expired', () => load());
      });
    }

    const refused = [
      ...['10000-01-01T00:00:00Z', '+010000-01-01T00:00:00Z', '12345', '', 'never'],
      ...['2030-02-30T00:00:00Z', '2030-13-01T00:00:00Z', '2030-07-01T24:00:00Z'],
      ...['2030-07-01T00:00:60Z', '2030-07-01', '2030-07-01T00:00:00', '2030-07-01 00:00:00Z'],
      ...['2030-07-01T00:00:00z', '2030-07-01T00:00Z', '2030-07-01T00:00:00+99:00'],
    ];
    for (const text of refused) {
      it(`${text} is no date-time of TUF`, () => {
        repository.timestamp.expires = text;
        throwsFault('json.shape', () => load());
      });
    }
  });

  describe('spec_version', () => {
    for (const text of ['1.0', '1.0.0', '1.0.34', '1.1.0', '1.99', '1.0.100000']) {
      it(`${text} is read`, () => {
        for (const role of roles) jsonOf(role)['spec_version'] = text;
        assert.ok(load().targets);
      });
    }
  });

  describe('consistent_snapshot', () => {
    it('may be absent, and then is false', () => {
      delete (repository.root as JsonObject)['consistent_snapshot'];
      assert.equal(load().root.signed.consistentSnapshot, false);
    });

    it('is nothing but true or false', () => {
      for (const value of [null, 'true', 1]) {
        (repository.root as JsonObject)['consistent_snapshot'] = value;
        throwsFault('json.shape', () => load());
      }
    });
  });

  it('may know a role for mirrors, and others', () => {
    const { keyids } = repository.root.roles.root;
    Object.assign(repository.root.roles, { mirrors: { keyids, threshold: 1 } });
    assert.ok(load().targets);
  });

  describe('unknown fields', () => {
    const more = { 'x-more': { a: [1, null, true, 'ü'], '': {} } };

    it('may be in every object, and are signed', () => {
      for (const role of roles) addEverywhere(jsonOf(role), more);
      assert.ok(load().targets);
    });

    for (const role of roles) {
      it(`cannot be changed without a new signature: ${role}`, () => {
        jsonOf(role)['x-more'] = 'before';
        const forge = (bytes: Uint8Array) =>
          Buffer.from(Buffer.from(bytes).toString().replace('before', 'after!'));
        throwsFault('role.threshold', () =>
          load((bytes, each) => (each === role ? forge(bytes) : bytes)),
        );
      });
    }

    it('may stand beside signed and signatures, and in each signature', () => {
      const set = load((bytes) => {
        const envelope = parseEnvelope(bytes);
        const signatures = envelope.signatures.map((each) => ({ ...each, method: 'a', n: 1.5 }));
        return Buffer.from(JSON.stringify({ comment: null, ...envelope, signatures }));
      });
      assert.ok(set.targets);
    });
  });

  describe('the text', () => {
    const forms: Record<string, (envelope: Envelope) => string> = {
      compact: (envelope) => JSON.stringify(envelope),
      'indented by tabs': (envelope) => JSON.stringify(envelope, null, '\t'),
      'with line ends of another system': (envelope) =>
        JSON.stringify(envelope, null, 4).replaceAll('\n', '\r\n'),
      'with names in another order': (envelope) => JSON.stringify(reversed(envelope)),
      'with all that is not ASCII escaped': (envelope) =>
        JSON.stringify(envelope).replaceAll(
          /[^\x20-\x7e]/g,
          (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
        ),
      'canonical, where it is JSON': (envelope) =>
        Buffer.from(canonicalBytes(envelope as unknown as JsonValue, 'test')).toString(),
    };
    for (const [form, write] of Object.entries(forms)) {
      it(`may be ${form}`, () => {
        repository.addTarget('\u00e4/\u{1f37a}.tgz', 'a');
        assert.ok(load((bytes) => Buffer.from(write(parseEnvelope(bytes)))).targets);
      });
    }
  });
});

/** Adds fields to an object and to all objects below it that have fields of fixed names. */
function addEverywhere(json: JsonObject, more: JsonObject): void {
  const maps = ['keys', 'roles', 'meta', 'targets', 'hashes', 'keyval'];
  for (const [name, value] of Object.entries(json)) {
    if (name === 'keyval' || name === 'hashes' || !(value instanceof Object)) continue;
    const below = maps.includes(name) || Array.isArray(value) ? Object.values(value) : [value];
    for (const each of below) if (isObject(each)) addEverywhere(each, more);
  }
  Object.assign(json, more);
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (!(value instanceof Object)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, each]) => [name, reversed(each)]),
  );
}
