import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import { mergeSigned } from '../../core/metadata/merge-signed.ts';

const role = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  keyids: ['aa'],
  threshold: 1,
  ...more,
});
const file = (length: number): JsonObject => ({ length, hashes: { sha256: `${length}` } });
const base: JsonObject = {
  _type: 'targets',
  version: 3,
  expires: 'then',
  targets: { 'a/b/1/x': file(1), 'a/b/2/x': file(2) },
  delegations: { keys: { aa: { keytype: 'k' } }, roles: [role('one'), role('two')] },
};
const delegating = (...roles: JsonObject[]): JsonObject => ({
  ...base,
  delegations: { keys: { aa: { keytype: 'k' } }, roles },
});
const rolesOf = ({ signed }: { signed: JsonObject }) =>
  (signed['delegations'] as { roles: JsonObject[] }).roles;
const listing = (targets: JsonObject): JsonObject => ({ ...base, targets });

describe('two changes of one role', () => {
  it('are both made, in the version that came last', () => {
    const ours = listing({ 'a/b/1/x': file(1), 'a/b/2/x': file(2), 'a/b/3/x': file(3) });
    const theirs = { ...listing({ 'a/b/2/x': file(20) }), version: 4, expires: 'now' };
    assert.deepEqual(mergeSigned(base, { ...ours, version: 4 }, theirs), {
      signed: { ...theirs, targets: { 'a/b/2/x': file(20), 'a/b/3/x': file(3) } },
      conflicts: [],
    });
  });

  it('of one target are never mixed', () => {
    const ours = listing({ 'a/b/1/x': { ...file(1), length: 7 } });
    const theirs = listing({ 'a/b/1/x': { ...file(1), hashes: { sha256: '8' } } });
    const { signed, conflicts } = mergeSigned(base, ours, theirs);
    assert.deepEqual(conflicts, ['targets/a/b/1/x']);
    assert.deepEqual(signed['targets'], { 'a/b/1/x': { length: 1, hashes: { sha256: '8' } } });
  });

  it('of one target are no conflict where they say the same', () => {
    const ours = listing({ 'a/b/1/x': file(5) });
    assert.deepEqual(mergeSigned(base, ours, ours).conflicts, []);
  });

  it('let one remove what the other has changed to nobody', () => {
    const ours = listing({ 'a/b/2/x': file(2) });
    const theirs = listing({ 'a/b/1/x': file(10), 'a/b/2/x': file(2) });
    assert.deepEqual(mergeSigned(base, ours, theirs).conflicts, ['targets/a/b/1/x']);
    assert.deepEqual(mergeSigned(base, theirs, ours).conflicts, ['targets/a/b/1/x']);
  });

  it('of the people of one role both count', () => {
    const ours = delegating(role('one', { keyids: ['aa', 'bb'] }), role('two'));
    const theirs = delegating(role('one', { keyids: ['cc'] }), role('two', { threshold: 2 }));
    const merged = mergeSigned(base, ours, theirs);
    assert.deepEqual(merged.conflicts, []);
    assert.deepEqual(rolesOf(merged), [
      role('one', { keyids: ['cc', 'bb'] }),
      role('two', { threshold: 2 }),
    ]);
  });

  it('of one threshold are a conflict', () => {
    const ours = delegating(role('one', { threshold: 2 }), role('two'));
    const theirs = delegating(role('one', { threshold: 3 }), role('two'));
    assert.deepEqual(mergeSigned(base, ours, theirs).conflicts, [
      'delegations/roles/one/threshold',
    ]);
  });

  it('add delegations behind those of main', () => {
    const ours = delegating(role('one'), role('two'), role('ours'));
    const theirs = delegating(role('two'), role('theirs'));
    assert.deepEqual(
      rolesOf(mergeSigned(base, ours, theirs)).map(({ name }) => name),
      ['two', 'theirs', 'ours'],
    );
  });

  it('put delegations in another order only where main has none of its own', () => {
    const ours = delegating(role('two'), role('one'));
    const changed = delegating(role('one', { threshold: 2 }), role('two'));
    assert.deepEqual(rolesOf(mergeSigned(base, ours, changed)), [
      role('two'),
      role('one', { threshold: 2 }),
    ]);
    const more = delegating(role('one'), role('two'), role('three'));
    assert.deepEqual(mergeSigned(base, ours, more).conflicts, ['the order of delegations/roles']);
  });

  it('of a role that was new to both are told apart', () => {
    const { conflicts } = mergeSigned(undefined, listing({ x: file(1) }), listing({ y: file(2) }));
    assert.deepEqual(conflicts, []);
    assert.deepEqual(
      mergeSigned(undefined, listing({ x: file(1) }), listing({ x: file(2) })).conflicts,
      ['targets/x'],
    );
  });

  it('keep fields that this version does not know', () => {
    const ours = { ...base, 'x-other': [1] };
    assert.deepEqual(mergeSigned(base, ours, { ...base, version: 9 }).signed, {
      ...ours,
      version: 9,
    });
    assert.deepEqual(mergeSigned(base, ours, { ...base, 'x-other': [2] }).conflicts, ['x-other']);
  });
});
