/** Who may withdraw a signing event beside the operator, and what the signature is bound to (rule 27). */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { formatDocument, parseDocument, type Document } from '../../../core/metadata/document.ts';
import { readCandidate } from '../../../core/rules/events/candidate.ts';
import { readEventRoles } from '../../../core/rules/events/event-roles.ts';
import {
  checkWithdrawal,
  parseWithdrawal,
  payloadDigest,
  withdrawalBytes,
} from '../../../core/rules/events/withdrawal.ts';
import { changesBetween, memoryState } from '../../kit/memory-state.ts';
import { makeTeams, release, remake, withRoles } from '../../kit/signing-events.ts';
import {
  delegationTo,
  keysOf,
  people,
  putRole,
  roleSigned,
  signaturesOf,
  validTree,
  type TestKey,
  type Tree,
} from '../../kit/source-tree.ts';
import { withdrawalBy, type Withdrawn } from '../../kit/withdrawals.ts';

const { root1, root2, root3, admin, alice, bob, carol, stranger } = people;

const teams = makeTeams(validTree());

/** A change of the teams' repository, as an event or as what `main` does meanwhile. */
function changed(...changes: ((tree: Tree) => unknown)[]): Tree {
  const tree: Tree = new Map(teams);
  for (const change of changes) change(tree);
  return tree;
}

async function codes(
  key: TestKey,
  event: Tree,
  signed: Withdrawn,
  meanwhile: Tree = teams,
): Promise<readonly string[]> {
  const [base, tip, main] = [memoryState(teams), memoryState(event), memoryState(meanwhile)];
  const changes = changesBetween(base, tip);
  const roles = await readEventRoles(await readCandidate({ base, tip, main, changes }));
  const withdrawal = parseWithdrawal(withdrawalBy(key, event, signed));
  return (await checkWithdrawal(withdrawal, 'release', roles, main)).map(({ code }) => code);
}

const byAlice = changed((tree) => release(tree, 'alice', '1.1', alice));
const ofAlice = { roles: ['alice'] };

describe('the withdrawal of a signing event', () => {
  it('is by any key of a role that it changes, whoever has signed', async () => {
    assert.deepEqual(await codes(alice, byAlice, ofAlice), []);
    assert.deepEqual(await codes(carol, byAlice, ofAlice), []);
  });

  it('is by nobody else: a key of another role, of the delegator, or of none', async () => {
    for (const key of [bob, admin, root1, stranger]) {
      assert.deepEqual(await codes(key, byAlice, ofAlice), ['event.unauthorised']);
    }
  });

  it('is bound to the event, to the repository, and to what the event changes', async () => {
    const more = changed(
      (tree) => release(tree, 'alice', '1.1', alice),
      (tree) => release(tree, 'bob', '2.1', bob),
    );
    const cases: readonly (readonly [Tree, Withdrawn])[] = [
      [byAlice, { ...ofAlice, event: 'other' }],
      [byAlice, { ...ofAlice, root: 'a'.repeat(64) }],
      [byAlice, { roles: [] }],
      [byAlice, { roles: ['alice', 'bob'] }],
      [more, ofAlice],
    ];
    for (const [event, signed] of cases) {
      assert.deepEqual(await codes(alice, event, signed), ['event.form']);
    }
    assert.deepEqual(await codes(alice, more, { roles: ['bob', 'alice'] }), []);
  });

  it('of a root is by the keys of the version before', async () => {
    const event = changed((tree) =>
      remake(tree, 'root', [root1], (root) => ({
        ...root,
        keys: { ...(root['keys'] as JsonObject), ...keysOf(alice) },
        roles: {
          ...(root['roles'] as JsonObject),
          root: { keyids: [root1, root2, alice].map(({ keyid }) => keyid), threshold: 2 },
        },
      })),
    );
    const signed = { roles: ['root'] };
    assert.deepEqual(await codes(root3, event, signed), []);
    assert.deepEqual(await codes(alice, event, signed), ['event.unauthorised']);
  });

  const mine = delegationTo('mine', stranger, 'mine/*/*/*');
  const withMine = (targets: JsonObject): JsonObject => {
    const next = withRoles(targets, (roles) => [...roles, mine]);
    const { keys, roles } = next['delegations'] as { keys: JsonObject; roles: JsonObject[] };
    return { ...next, delegations: { keys: { ...keys, ...keysOf(stranger) }, roles } };
  };

  it('is not by who delegates a role to himself, beside what others have made', async () => {
    const event = changed(
      (tree) => release(tree, 'alice', '1.1', alice),
      (tree) => remake(tree, 'targets', [], withMine),
      (tree) => {
        putRole(tree, 'mine', roleSigned(1, {}), [stranger]);
      },
    );
    const signed = { roles: ['targets', 'alice', 'mine'] };
    assert.deepEqual(await codes(stranger, event, signed), ['event.unauthorised']);
    assert.deepEqual(await codes(admin, event, signed), []);
  });

  /** Leaves alice's role to one of its two keys. */
  const leaveTo = (key: TestKey) => (tree: Tree) =>
    remake(tree, 'targets', [admin, bob], (targets) =>
      withRoles(targets, (roles) =>
        roles.map((role) =>
          role['name'] === 'alice' ? { ...role, keyids: [key.keyid], threshold: 1 } : role,
        ),
      ),
    );

  it('is not by a key that the event takes from the role', async () => {
    const event = changed(leaveTo(carol), (tree) => release(tree, 'alice', '1.1', carol));
    const signed = { roles: ['alice', 'targets'] };
    assert.deepEqual(await codes(alice, event, signed), ['event.unauthorised']);
    assert.deepEqual(await codes(carol, event, signed), []);
  });

  it('is not by a key that main has taken from the role meanwhile', async () => {
    const main = changed(leaveTo(alice));
    assert.deepEqual(await codes(carol, byAlice, ofAlice, main), ['event.unauthorised']);
    assert.deepEqual(await codes(alice, byAlice, ofAlice, main), []);
  });
});

describe('what a withdrawal signs', () => {
  const payload = (role: string): Document =>
    parseDocument('targets', teams.get(`metadata/${role}.json`) ?? Buffer.of());
  const to = { event: 'release', root: 'a'.repeat(64) };

  it('is one text, in whatever order and however often the payloads are named', () => {
    const [one, two] = [payload('alice'), payload('bob')];
    const text = Buffer.from(withdrawalBytes(to, [one, two])).toString();
    assert.equal(Buffer.from(withdrawalBytes(to, [two, one, two])).toString(), text);
    assert.match(
      text,
      /^\{"event":"release","root":"a{64}","withdraws":\["[0-9a-f]{64}","[0-9a-f]{64}"\]\}$/,
    );
  });
});

describe('the digest by which a withdrawn payload is known', () => {
  const version = (number: number, ...keys: TestKey[]): Document => {
    const signed = roleSigned(number, {});
    return parseDocument('targets', formatDocument(signed, signaturesOf(signed, keys)));
  };

  it('is that of the payload, whoever signed it', () => {
    assert.equal(payloadDigest(version(2, alice)), payloadDigest(version(2)));
    assert.notEqual(payloadDigest(version(2)), payloadDigest(version(3)));
  });
});
