import assert from 'node:assert/strict';
import { parseDocument, type Document } from '../../../core/metadata/document.ts';
import type { JsonObject } from '../../../core/metadata/json.ts';
import {
  assemble,
  snapshotMeta,
  snapshotSigned,
  timestampSigned,
} from '../../../daemon/publish/online-metadata.ts';
import { people, putRole, roleSigned, type Tree } from '../../kit/source-tree.ts';

const fields = {
  version: 3,
  now: new Date('2030-01-01T00:00:00.250Z'),
  lifeHours: 1,
  repository: undefined,
};

describe('snapshot and timestamp', () => {
  it('live as long as wanted, to whole seconds', () => {
    const { expires } = snapshotSigned({}, fields);
    assert.equal(expires, '2030-01-01T01:00:01Z');
  });

  it('name the repository only where root does', () => {
    assert.ok(!('x-tuf-on-git-repository' in snapshotSigned({}, fields)));
    const named = snapshotSigned({}, { ...fields, repository: 'example-1' });
    assert.equal(named['x-tuf-on-git-repository'], 'example-1');
  });

  it('keep the entry of a role that is gone as it was', () => {
    const [alice, bob] = [roleOf('alice', 4), roleOf('bob', 2)];
    const before = snapshotOf(snapshotMeta([alice, bob], undefined));
    const meta = snapshotMeta([roleOf('alice', 5)], before);
    assert.deepEqual(meta['bob.json'], before.signedJson['meta']?.['bob.json' as never]);
    assert.equal((meta['alice.json'] as JsonObject)['version'], 5);
  });

  it('carry lengths and hashes below 500,000 bytes, versions alone beyond', () => {
    const few = snapshotMeta(roles(3_000), undefined);
    assert.ok(snapshotOf(few).bytes.length < 500_000);
    assert.deepEqual(Object.keys(few['r0.json'] as JsonObject), ['version', 'length', 'hashes']);
    const many = snapshotMeta(roles(5_000), undefined);
    assert.deepEqual(many['r0.json'], { version: 1 });
    assert.equal(Object.keys(many).length, 5_000);
    const timestamp = timestampSigned(snapshotOf(many), fields);
    const named = (timestamp['meta'] as JsonObject)['snapshot.json'] as JsonObject;
    assert.deepEqual(Object.keys(named), ['version', 'length', 'hashes']);
  });

  it('come out compact', () => {
    const text = Buffer.from(snapshotOf({ 'targets.json': { version: 1 } }).bytes).toString();
    assert.doesNotMatch(text, /\s/);
  });
});

function snapshotOf(meta: JsonObject): Document<'snapshot'> {
  return assemble('snapshot', snapshotSigned(meta, fields), []);
}

function roleOf(name: string, version: number) {
  const tree: Tree = new Map();
  putRole(tree, name, roleSigned(version, {}), [people.alice]);
  return {
    name,
    document: parseDocument('targets', tree.get(`metadata/${name}.json`) ?? Buffer.of()),
  };
}

function roles(count: number) {
  const { document } = roleOf('any', 1);
  return Array.from({ length: count }, (_, n) => ({ name: `r${n}`, document }));
}
