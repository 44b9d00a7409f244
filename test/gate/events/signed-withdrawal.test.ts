/** A maintainer withdraws a signing event, by real pushes through the built hook (rule 27). */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { accepted, gatedEvents, refused, said } from '../../kit/gated-events.ts';
import { addSignatures, release, remake } from '../../kit/signing-events.ts';
import { people, type TestKey, type Tree } from '../../kit/source-tree.ts';
import { putWithdrawal, withdrawalBy } from '../../kit/withdrawals.ts';

const { admin, alice, bob, carol, stranger } = people;

describe('a signing event that a maintainer withdraws', () => {
  const events = gatedEvents();

  const signed = (tree: Tree, key: TestKey, event = 'release'): JsonObject =>
    withdrawalBy(key, tree, { event, roles: ['alice'] });

  it('takes the withdrawal, and says so; then nothing more', async () => {
    accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice)));
    const run = await events.push((tree) => putWithdrawal(tree, signed(tree, carol)));
    assert.deepEqual(said(accepted(run)), ['it is withdrawn now: what was made in it never lands']);
    await refused(
      events.push((tree) => addSignatures(tree, 'alice', carol)),
      'event.form',
    );
    await refused(
      events.push((tree) => tree.delete('.signing-event-state')),
      'event.form',
    );
  });

  it('refuses a withdrawal that is not for this event as it stands', async () => {
    accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice)));
    const bad: readonly ((tree: Tree) => JsonObject)[] = [
      (tree) => signed(tree, alice, 'other'),
      (tree) => withdrawalBy(alice, tree, { root: 'a'.repeat(64), roles: ['alice'] }),
      (tree) => ({ ...signed(tree, alice), sig: signed(tree, carol)['sig'] ?? '' }),
      (tree) => ({ ...signed(tree, alice), sig: 'none' }),
    ];
    for (const withdrawal of bad) {
      await refused(
        events.push((tree) => putWithdrawal(tree, withdrawal(tree))),
        'event.form',
      );
    }
    await refused(
      events.push((tree) => {
        putWithdrawal(tree, signed(tree, alice));
        remake(tree, 'targets', [admin]);
      }),
      'event.form',
    );
  });

  it('refuses a withdrawal by who may sign none of its roles', async () => {
    accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice)));
    for (const key of [stranger, bob, admin]) {
      await refused(
        events.push((tree) => putWithdrawal(tree, signed(tree, key))),
        'event.unauthorised',
      );
    }
    accepted(await events.push((tree) => addSignatures(tree, 'alice', carol)));
  });
});
