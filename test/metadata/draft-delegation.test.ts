import assert from 'node:assert/strict';
import { formatDocument, parseDocument } from '../../core/metadata/document.ts';
import { addDelegation } from '../../core/metadata/draft-delegation.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { publicKeyOf } from '../../core/metadata/keys.ts';
import { delegatedRoles } from '../../core/metadata/model.ts';
import { throwsFault } from '../kit/faults.ts';
import { people, targetsSigned } from '../kit/source-tree.ts';

const { alice, bob, stranger: carol } = people;

const wanted = {
  name: 'project',
  keys: [alice, carol],
  threshold: 2,
  terminating: true,
  paths: ['project/*', 'project/*/*'],
};

describe('adding a delegation to a draft', () => {
  it('puts the role behind the others, with its keys under their computed keyids', () => {
    const { signed } = read(addDelegation(targetsSigned(1), wanted));
    const roles = delegatedRoles(signed);
    assert.deepEqual(
      roles.map(({ name }) => name),
      ['alice', 'bob', 'project'],
    );
    const added = roles.at(-1);
    assert.deepEqual(added?.keyIDs, [alice.keyid, carol.keyid]);
    assert.equal(added.threshold, 2);
    assert.equal(added.terminating, true);
    assert.deepEqual(added.paths, wanted.paths);
    assert.deepEqual(
      Object.keys(signed.delegations?.keys ?? {}).sort(),
      [alice.keyid, bob.keyid, carol.keyid].sort(),
    );
  });

  it('works for a role that delegated nothing before', () => {
    const bare = { ...targetsSigned(1) };
    delete bare['delegations'];
    const { signed } = read(addDelegation(bare, { ...wanted, terminating: false }));
    assert.deepEqual(
      delegatedRoles(signed).map(({ name, terminating }) => [name, terminating]),
      [['project', false]],
    );
  });

  it('refuses a second role of that name, in any case of letters', () => {
    throwsFault('name.twin', () => addDelegation(targetsSigned(1), { ...wanted, name: 'Alice' }));
  });

  it('refuses a key that stands there under another keyid: one person would count as two', () => {
    const renamed = publicKeyOf(alice.object, 'ed25519', '@alice-again');
    const attempt = { ...wanted, keys: [renamed], threshold: 1 };
    throwsFault('key.same-key', () => addDelegation(targetsSigned(1), attempt));
    const twice = { ...wanted, keys: [carol, publicKeyOf(carol.object, 'ed25519')] };
    throwsFault('key.same-key', () => addDelegation(targetsSigned(1), twice));
  });

  it('refuses a threshold that its keys cannot reach, or that nobody needs to', () => {
    for (const threshold of [0, 3]) {
      throwsFault('delegation.threshold', () =>
        addDelegation(targetsSigned(1), { ...wanted, threshold }),
      );
    }
  });

  it('refuses a role without paths, and a delegator with succinct roles', () => {
    throwsFault('delegation.form', () => addDelegation(targetsSigned(1), { ...wanted, paths: [] }));
    const succinct: JsonObject = { ...targetsSigned(1), delegations: { succinct_roles: {} } };
    throwsFault('delegation.succinct-not-yet', () => addDelegation(succinct, wanted));
  });
});

function read(signed: JsonObject) {
  return parseDocument('targets', formatDocument(signed, []));
}
