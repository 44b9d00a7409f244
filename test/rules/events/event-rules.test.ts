import assert from 'node:assert/strict';
import { formatDocument, parseDocument, type Document } from '../../../core/metadata/document.ts';
import {
  checkEventPush,
  type EventPush,
  type PushedRole,
} from '../../../core/rules/events/event-rules.ts';
import { checkEventLine, checkRefs, eventOf } from '../../../core/rules/ref-rules.ts';
import { authorityOf } from '../../kit/authority.ts';
import { people, roleSigned, signaturesOf, type TestKey } from '../../kit/source-tree.ts';

const { admin, alice, bob, carol, stranger } = people;
const ref = 'refs/heads/sign/release';
const noInvitations = { filled: [], isRearranged: false };

function signedBy(version: number, ...keys: TestKey[]): Document<'targets'> {
  const signed = roleSigned(version, {});
  return parseDocument('targets', formatDocument(signed, signaturesOf(signed, keys)));
}

/** A role of alice, bob and carol, two of whom must sign. */
function pushed(before: Document | undefined, after: Document | undefined): PushedRole {
  return {
    name: 'tools',
    file: 'metadata/tools.json',
    delegator: 'targets',
    before,
    after,
    authorities: after === undefined ? [] : [authorityOf(2, alice, bob, carol)],
    isAsOnMain: false,
    isBack: false,
  };
}

function targetsBy(...keys: TestKey[]): PushedRole {
  return {
    ...pushed(signedBy(1, admin), signedBy(2, ...keys)),
    name: 'targets',
    file: 'metadata/targets.json',
    delegator: 'root',
    authorities: [authorityOf(1, admin)],
  };
}

function codes(roles: readonly PushedRole[], more: Partial<EventPush> = {}): string[] {
  const none = { roles, invitations: noInvitations, withdraws: false };
  const push = { ref, isStart: false, ...none, ...more };
  return [...checkEventPush(push)].map(({ code }) => code);
}

describe('a push to a signing event', () => {
  it('adds the signature of somebody who may sign', () => {
    assert.deepEqual(codes([pushed(signedBy(2, alice), signedBy(2, alice, bob))]), []);
  });

  it('adds nothing when nobody new signs', () => {
    assert.deepEqual(codes([]), ['event.adds-nothing']);
    const same = pushed(signedBy(2, alice, bob), signedBy(2, bob, alice));
    assert.deepEqual(codes([same]), ['event.adds-nothing']);
  });

  it('adds nothing by the signature of a stranger', () => {
    const role = pushed(signedBy(2, alice), signedBy(2, alice, stranger));
    assert.deepEqual(codes([role]), ['event.adds-nothing']);
  });

  it('drops no signature of a payload that stays, not even for another', () => {
    const role = pushed(signedBy(2, alice), signedBy(2, bob));
    assert.deepEqual(codes([role]), ['event.drops-signature']);
  });

  it('may lose a signature that no longer counts', () => {
    const role = pushed(signedBy(2, stranger, alice), signedBy(2, alice, bob));
    assert.deepEqual(codes([role]), []);
  });

  it('changes a payload by a key of its role, and all signatures over the old one go', () => {
    assert.deepEqual(codes([pushed(signedBy(2, alice, bob), signedBy(3, carol))]), []);
  });

  it('changes no payload without such a key', () => {
    for (const keys of [[], [stranger], [admin]]) {
      const role = pushed(signedBy(2, alice), signedBy(3, ...keys));
      assert.deepEqual(codes([role]), ['event.unauthorised']);
    }
  });

  it('does not change a payload to one that it had before, whoever had signed that', () => {
    const back = { ...pushed(signedBy(2, alice), signedBy(3, bob)), isBack: true };
    assert.deepEqual(codes([back]), ['event.unauthorised']);
    const targets = { ...targetsBy(admin), isBack: true };
    assert.deepEqual(codes([targets, pushed(undefined, signedBy(1))]), [
      'event.unauthorised',
      'event.unauthorised',
    ]);
  });

  it('brings a role that nobody has signed when its delegator is signed in the same push', () => {
    const role = pushed(undefined, signedBy(1));
    assert.deepEqual(codes([targetsBy(admin), role]), []);
    assert.deepEqual(codes([targetsBy(), role]), ['event.unauthorised', 'event.unauthorised']);
  });

  it('does not take a delegator that only gets one more signature for a new version of it', () => {
    const targets = { ...targetsBy(admin), before: signedBy(2) };
    const role = pushed(signedBy(2, alice), signedBy(3));
    assert.deepEqual(codes([targets, role]), ['event.unauthorised']);
  });

  it('takes a role away together with its delegator, and what lies below it', () => {
    const gone = pushed(signedBy(2, alice), undefined);
    const below = { ...gone, name: 'below', delegator: 'tools' };
    assert.deepEqual(codes([targetsBy(admin), gone, below]), []);
    assert.deepEqual(codes([gone]), ['event.unauthorised']);
  });

  it('gives a role back to main when main has moved on', () => {
    const role = { ...pushed(signedBy(2, alice), signedBy(3)), isAsOnMain: true };
    assert.deepEqual(codes([role]), []);
  });

  it('changes a root by a key of the version before, not by one that only the new one names', () => {
    const root = (key: TestKey): PushedRole => ({
      ...pushed(signedBy(2, alice), signedBy(2, key)),
      name: 'root',
      delegator: undefined,
      after: signedBy(3, key),
      authorities: [authorityOf(1, alice), authorityOf(1, bob)],
    });
    assert.deepEqual(codes([root(alice)]), []);
    assert.deepEqual(codes([root(bob)]), ['event.unauthorised']);
  });

  it('keeps the signatures of the old keys of a root, and of its own', () => {
    const root = (after: Document): PushedRole => ({
      ...pushed(signedBy(2, alice, bob), after),
      delegator: undefined,
      authorities: [authorityOf(1, alice), authorityOf(1, bob)],
    });
    assert.deepEqual(codes([root(signedBy(2, alice))]), ['event.drops-signature']);
    assert.deepEqual(codes([root(signedBy(2, bob))]), ['event.drops-signature']);
  });

  it('starts the event with a change, signed or not', () => {
    assert.deepEqual(codes([pushed(signedBy(1, alice, bob), signedBy(2))], { isStart: true }), []);
    assert.deepEqual(codes([], { isStart: true }), ['event.adds-nothing']);
  });

  it('starts the event with an invitation alone', () => {
    const invitations = { filled: [], isRearranged: true };
    assert.deepEqual(codes([], { isStart: true, invitations }), []);
  });

  it('fills one slot without any other signature, and one only', () => {
    const slot = { role: 'tools', slot: 1, key: stranger };
    const fill = (...filled: (typeof slot)[]) =>
      codes([], { invitations: { filled, isRearranged: false } });
    assert.deepEqual(fill(slot), []);
    assert.deepEqual(fill(slot, { ...slot, slot: 2 }), ['event.form']);
  });

  it('arranges slots only together with a signed change', () => {
    const invitations = { filled: [], isRearranged: true };
    assert.deepEqual(codes([], { invitations }), ['event.unauthorised']);
    const signature = pushed(signedBy(2, alice), signedBy(2, alice, bob));
    assert.deepEqual(codes([signature], { invitations }), ['event.unauthorised']);
    assert.deepEqual(codes([targetsBy(admin)], { invitations }), []);
  });
});

describe('a push that withdraws a signing event', () => {
  it('adds that, and keeps every signature as any other does', () => {
    assert.deepEqual(codes([], { withdraws: true }), []);
    const dropped = pushed(signedBy(2, alice, bob), signedBy(2, bob));
    assert.deepEqual(codes([dropped], { withdraws: true }), ['event.drops-signature']);
  });
});

describe('the branch of a signing event', () => {
  it('has a plain name', () => {
    for (const name of ['release', 'A', '1.2_3-4', 'x'.repeat(64)]) {
      assert.equal(eventOf(`refs/heads/sign/${name}`), name);
    }
    for (const name of ['', '.x', '-x', 'a/b', 'a..b', 'a.lock', 'a.', 'é', 'x'.repeat(65)]) {
      assert.equal(eventOf(`refs/heads/sign/${name}`), undefined, name);
    }
    assert.equal(eventOf('refs/heads/main'), undefined);
  });

  const [one, two] = ['1'.repeat(40), '2'.repeat(40)];
  const refs = (name: string, to: string) =>
    [...checkRefs([{ ref: `refs/heads/${name}`, from: one, to }])].map(({ code }) => code);

  it('is open to pushes, and never deleted by one', () => {
    assert.deepEqual(refs('sign/release', two), []);
    assert.deepEqual(refs('sign/release', '0'.repeat(40)), ['git.delete']);
    assert.deepEqual(refs('sign/a/b', two), ['git.ref']);
  });

  const base = 'b'.repeat(40);
  const line = (tip: string | undefined, ...commits: [oid: string, ...parents: string[]][]) =>
    [
      ...checkEventLine(
        ref,
        tip,
        commits.map(([oid, ...parents]) => ({ oid, parents })),
      ),
    ].map(({ code }) => code);

  it('grows from a commit of main, without merges', () => {
    assert.deepEqual(line(undefined, [one, base], [two, one]), []);
    assert.deepEqual(line(one, [one, base], [two, one]), []);
    assert.deepEqual(line(undefined, [one]), ['git.unrelated-history']);
    assert.deepEqual(line(one, [one, base], [two, one, base]), ['git.merge']);
    assert.deepEqual(line(two, [one, base]), ['git.force-push']);
  });
});
