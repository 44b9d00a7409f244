/** What repositories have had in their metadata: the client reads it, whatever the gate would say. */
import assert from 'node:assert/strict';
import { isObject, type JsonObject } from '../../core/metadata/json.ts';
import { throwsFault } from '../kit/faults.ts';
import {
  looseRepository,
  loadSet,
  parseEnvelope,
  publishAndLoad,
  type Envelope,
  type Rewrite,
} from '../kit/loaded-set.ts';
import type { SimulatedRepository } from '../kit/simulated-repository.ts';

describe('contents of metadata in the wild', () => {
  let repository: SimulatedRepository;
  const load = (rewrite?: Rewrite) => publishAndLoad(repository, rewrite);

  beforeEach(() => {
    repository = looseRepository();
  });

  describe('signatures', () => {
    it('may be empty, and then do not count', () => {
      const empty = { keyid: repository.root.roles.targets.keyids[0] ?? '', sig: '' };
      const add = (list: Signatures) => [...list, { ...empty, keyid: 'other' }];
      assert.ok(load(rewriteSignatures(add)).targets);
      throwsFault('role.threshold', () =>
        load(rewriteSignatures((list, role) => (role === 'targets' ? [empty] : list))),
      );
    });

    it('may be in upper-case hex', () => {
      const upper = (list: Signatures) =>
        list.map(({ keyid, sig }) => ({ keyid, sig: sig.toUpperCase() }));
      assert.ok(load(rewriteSignatures(upper)).targets);
    });

    for (const [what, change] of [
      ['with white space', (sig: string) => ` ${sig}`],
      ['with half a byte more', (sig: string) => `${sig}0`],
      ['with a byte more', (sig: string) => `${sig}00`],
      ['with other letters behind', (sig: string) => `${sig}zz`],
    ] as const) {
      it(`do not count ${what}`, () => {
        const each = (list: Signatures) =>
          list.map(({ keyid, sig }) => ({ keyid, sig: change(sig) }));
        throwsFault('role.threshold', () => load(rewriteSignatures(each)));
      });
    }

    it('by one keyid twice make the file invalid, also beside enough others', () => {
      const twice = (list: Signatures) => [
        ...list,
        { keyid: 'a', sig: '' },
        { keyid: 'a', sig: '' },
      ];
      throwsFault('signature.duplicate', () => load(rewriteSignatures(twice)));
    });
  });

  describe('targets', () => {
    it('may be none at all', () => {
      repository.role('team').targets = {};
      repository.targets.targets = {};
      assert.deepEqual(Object.keys(load().targets?.signed.targets ?? {}), []);
    });

    it('may have custom text of any kind, and keep it', () => {
      const custom = { ключ: 'é\u0000\u001f\u2028"\\/', nested: { null: null, list: [[], {}] } };
      Object.assign(repository.targets.targets['a.txt'] ?? {}, { custom });
      const { unrecognizedFields } = load().targets?.signed.targets['a.txt'] ?? {};
      assert.deepEqual(unrecognizedFields, { custom });
    });

    for (const number of ['1.5', '1e300', '9007199254740993', '-9223372036854775808']) {
      it(`have no ${number}: it has no canonical form that all clients agree on`, () => {
        Object.assign(repository.targets.targets['a.txt'] ?? {}, { custom: { number: 77777 } });
        const put = (bytes: Uint8Array) =>
          Buffer.from(Buffer.from(bytes).toString().replace('77777', number));
        throwsFault('json.number', () => load(put));
      });
    }

    it('have no half of a character where another was signed', () => {
      repository.addTarget('a\ufffd', 'a');
      const put = (bytes: Uint8Array) =>
        Buffer.from(Buffer.from(bytes).toString().replace('a\ufffd', 'a\\ud800'));
      throwsFault('json.text', () => load(put));
    });
  });

  describe('delegations', () => {
    it('may be absent, or none', () => {
      delete (repository.role('team') as JsonObject)['delegations'];
      assert.ok(load().targets);
      repository.role('team').delegations = { keys: {}, roles: [] };
      assert.ok(load().targets);
    });

    it('are an object where they are', () => {
      for (const value of [null, [], 'none']) {
        (repository.targets as JsonObject)['delegations'] = value;
        throwsFault('json.shape', () => load());
      }
    });

    it('need not say whether they terminate', () => {
      const [team] = repository.targets.delegations.roles;
      assert.ok(isObject(team));
      delete team['terminating'];
      assert.equal(load().targets?.signed.delegations?.roles?.['team']?.terminating, false);
    });

    it('need not cover anything, and have either paths or hash prefixes', () => {
      const [team] = repository.targets.delegations.roles;
      assert.ok(isObject(team));
      delete team['paths'];
      assert.ok(load().targets);
      Object.assign(team, { paths: ['*'], path_hash_prefixes: ['00'] });
      throwsFault('json.shape', () => load());
    });
  });

  it('may list a role in snapshot that nobody delegates to, and more in timestamp', () => {
    repository.snapshot.meta['former.json'] = { version: 7 };
    repository.snapshot.meta['root.json'] = { version: 1, length: 3, hashes: { md5: 'ab' } };
    assert.ok(load().targets);
    repository.timestamp.meta['other.json'] = { version: 1 };
    repository.publishTimestamp();
    assert.ok(loadSet(repository).targets);
  });

  it('may give hashes in upper case, of several kinds, and of kinds that are unknown', () => {
    repository.namesContent = true;
    repository.publishRoot();
    repository.publish();
    const meta = repository.timestamp.meta['snapshot.json'];
    const hashes = meta?.['hashes'] as Record<string, string>;
    const sha256 = hashes['sha256'] ?? '';
    const named = (more: Record<string, string>) => {
      repository.timestamp.meta = { 'snapshot.json': { version: 1, hashes: more } };
      repository.publishTimestamp();
      return loadSet(repository);
    };
    assert.ok(named({ sha256: sha256.toUpperCase() }).targets);
    assert.ok(named({ 'blake2b-256': 'ab', sha256 }).targets);
    throwsFault('metadata.hash', () => named({ sha256, sha512: 'ab'.repeat(64) }));
    throwsFault('metadata.hash', () => named({ sha256: `${sha256}zz` }));
    throwsFault('metadata.hash', () => named({ constructor: sha256 }));
  });
});

type Signatures = Envelope['signatures'];

function rewriteSignatures(change: (list: Signatures, role: string) => Signatures): Rewrite {
  return (bytes, role) => {
    const { signatures, ...rest } = parseEnvelope(bytes);
    return Buffer.from(JSON.stringify({ ...rest, signatures: change(signatures, role) }));
  };
}
