import assert from 'node:assert/strict';
import {
  editTargets,
  emptyRole,
  isSameContent,
  nextVersion,
  type DraftContext,
} from '../../core/metadata/draft.ts';
import { formatDocument, parseDocument } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { defaultPolicy } from '../../core/metadata/policy.ts';
import { throwsFault } from '../kit/faults.ts';

const context: DraftContext = {
  now: new Date('2026-03-01T12:30:45.678Z'),
  policy: { ...defaultPolicy, repository: 'example-1f9c' },
};
const sha256 = 'a'.repeat(64);

function role(more: JsonObject = {}): JsonObject {
  return {
    'x-first': ['kept', 1],
    _type: 'targets',
    spec_version: '1.0.31',
    version: 7,
    expires: '2026-04-01T00:00:00Z',
    targets: {
      'b/two': { length: 2, hashes: { sha256 }, custom: { note: 'hello' } },
      'a/one': { length: 1, hashes: { sha256 } },
    },
    ...more,
  };
}

describe('the next version of a role', () => {
  it('follows the version on main, however often it was drafted', () => {
    const once = nextVersion(role(), 'targets', 7, context);
    const again = nextVersion(
      editTargets(once, [['c', { length: 3, sha256 }]]),
      'targets',
      7,
      context,
    );
    assert.equal(once['version'], 8);
    assert.equal(again['version'], 8);
  });

  it('keeps unknown fields and the order of all of them', () => {
    const next = nextVersion(role({ 'x-last': true }), 'targets', 7, context);
    assert.deepEqual(Object.keys(next).slice(0, 7), Object.keys(role({ 'x-last': true })));
    assert.deepEqual(next['x-first'], ['kept', 1]);
    assert.equal(next['spec_version'], '1.0.31');
  });

  it('expires after the period that the role itself names, to whole seconds', () => {
    const next = nextVersion(role({ 'x-tuf-on-ci-expiry-period': 10 }), 'targets', 7, context);
    assert.equal(next['expires'], '2026-03-11T12:30:45Z');
  });

  it('never outlives the policy, whatever the role says', () => {
    const policy = { ...context.policy, maxLifeDays: { root: 400, targets: 30, delegated: 5 } };
    const long = role({ 'x-tuf-on-ci-expiry-period': 9999 });
    const expires = (name: string, content: JsonObject) =>
      nextVersion(content, name, 7, { ...context, policy })['expires'];
    assert.equal(expires('targets', long), '2026-03-31T12:30:45Z');
    assert.equal(expires('project', long), '2026-03-06T12:30:45Z');
    assert.equal(expires('project', role()), '2026-03-06T12:30:45Z');
    assert.equal(
      expires('project', role({ 'x-tuf-on-ci-expiry-period': -3 })),
      '2026-03-06T12:30:45Z',
    );
  });

  it('carries the name of the repository where the policy gives one', () => {
    const named = nextVersion(role(), 'targets', 7, context);
    const policy = { ...context.policy, repository: undefined };
    const unnamed = nextVersion(role(), 'targets', 7, { ...context, policy });
    assert.equal(named['x-tuf-on-git-repository'], 'example-1f9c');
    assert.ok(!Object.hasOwn(unnamed, 'x-tuf-on-git-repository'));
  });

  it('leaves the role that it is made from as it was', () => {
    const before = role();
    nextVersion(before, 'targets', 7, context);
    editTargets(before, [['c', { length: 3, sha256 }]]);
    editTargets(before, [['a/one', undefined]]);
    assert.deepEqual(before, role());
  });
});

describe('the targets of a draft', () => {
  it('gain a file at the end', () => {
    const { targets } = editTargets(role(), [['c/three', { length: 3, sha256 }]]);
    assert.deepEqual(Object.keys(targets ?? {}), ['b/two', 'a/one', 'c/three']);
    assert.deepEqual((targets as JsonObject)['c/three'], { length: 3, hashes: { sha256 } });
  });

  it('have a changed file in its old place, with what custom says and no hash of the old file', () => {
    const old = role({
      targets: { one: { length: 1, hashes: { sha256, sha512: 'f' }, custom: { a: 1 } } },
    });
    const { targets } = editTargets(old, [['one', { length: 9, sha256: 'b'.repeat(64) }]]);
    assert.deepEqual(targets, {
      one: { length: 9, hashes: { sha256: 'b'.repeat(64) }, custom: { a: 1 } },
    });
  });

  it('lose exactly the one that is removed', () => {
    assert.deepEqual(
      Object.keys(editTargets(role(), [['b/two', undefined]])['targets'] as JsonObject),
      ['a/one'],
    );
    throwsFault('search.not-found', () => editTargets(role(), [['b', undefined]]));
  });

  it('may be named like what every object has, without touching it', () => {
    throwsFault('search.not-found', () => editTargets(role(), [['constructor', undefined]]));
    const { targets } = editTargets(role(), [['__proto__', { length: 1, sha256 }]]);
    assert.ok(Object.hasOwn(targets as JsonObject, '__proto__'));
    assert.equal(Object.getPrototypeOf(targets), Object.prototype);
  });
});

describe('a new role', () => {
  it('begins with version 1, lists nothing and is a targets role that can be read', () => {
    const signed = emptyRole(role({ 'x-tuf-on-ci-expiry-period': 90 }), 'project', context);
    const document = parseDocument('targets', formatDocument(signed, []));
    assert.equal(document.signed.version, 1);
    assert.deepEqual(Object.keys(document.signed.targets), []);
    assert.equal(signed['expires'], '2026-05-30T12:30:45Z');
    assert.equal(signed['x-tuf-on-ci-expiry-period'], 90);
    assert.equal(signed['spec_version'], '1.0.31');
    assert.equal(signed['x-tuf-on-git-repository'], 'example-1f9c');
  });
});

describe('the content of two versions', () => {
  it('is the same when only version, expiry and order of names differ', () => {
    const other = { ...nextVersion(role(), 'targets', 9, context) };
    delete other['x-tuf-on-git-repository'];
    const turned = Object.fromEntries(Object.entries(other).reverse());
    assert.ok(isSameContent(role(), turned));
  });

  it('is not the same when a target or an unknown field differs', () => {
    assert.ok(!isSameContent(role(), editTargets(role(), [['c', { length: 1, sha256 }]])));
    assert.ok(!isSameContent(role(), role({ 'x-first': ['kept', 2] })));
  });
});
