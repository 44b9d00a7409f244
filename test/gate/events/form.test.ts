/** What a signing event may be, by real pushes through the built hook (rule 26). */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { accepted, firstRoot, gatedEvents, refused, said } from '../../kit/gated-events.ts';
import {
  addSignatures,
  filledSlot,
  putInvitations,
  release,
  remake,
} from '../../kit/signing-events.ts';
import { people, type Tree } from '../../kit/source-tree.ts';

const { root3, admin, alice, bob, carol, stranger } = people;
const rootDigest = createHash('sha256').update(firstRoot).digest('hex');

describe('a signing event', () => {
  const events = gatedEvents();

  describe('event.too-many', () => {
    it('refuses one event more than may be open, but no push to those that are', async () => {
      await events.restart({ events: { open: 1 } });
      accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice)));
      await refused(
        events.push((tree) => release(tree, 'bob', '2.1', bob), 'other'),
        'event.too-many',
      );
      accepted(await events.push((tree) => addSignatures(tree, 'alice', carol)));
    });

    it('refuses one commit more than an event may have', async () => {
      await events.restart({ events: { commits: 2 } });
      accepted(await events.push((tree) => remake(tree, 'targets', [admin])));
      accepted(await events.push((tree) => addSignatures(tree, 'targets', bob)));
      await refused(
        events.push((tree) => addSignatures(tree, 'targets', carol)),
        'event.too-many',
      );
    });

    it('refuses a push to an event that is too old', async () => {
      accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice)));
      await backdate('refs/heads/sign/release', 59);
      accepted(await events.push((tree) => release(tree, 'bob', '2.1', bob)));
      await backdate('refs/heads/sign/release', 61);
      await refused(
        events.push((tree) => addSignatures(tree, 'alice', carol)),
        'event.too-many',
      );
    });

    /** As if the ref had been made that many days ago. */
    async function backdate(ref: string, days: number): Promise<void> {
      const tip = await events.gated.sandbox.ok(['rev-parse', ref]);
      await events.gated.sandbox.ok(['update-ref', '-d', ref]);
      const time = Math.floor(Date.now() / 1000) - days * 86_400;
      const env = { GIT_COMMITTER_DATE: `@${time} +0000` };
      await events.gated.sandbox.ok(['update-ref', '--create-reflog', ref, tip], { env });
    }
  });

  describe('event.form', () => {
    it('refuses a name that was used, and accepts another', async () => {
      await events.gated.sandbox.ok(['update-ref', 'refs/tuf/events/release', 'main']);
      const change = (tree: Tree) => release(tree, 'alice', '1.1', alice);
      await refused(events.push(change), 'event.form');
      accepted(await events.push(change, 'release-2'));
    });

    const open1 = { role: 'targets', slot: 1 };
    const open2 = { role: 'targets', slot: 2 };
    const slot = (number: number, key = stranger, event = 'release') =>
      filledSlot({ event, role: 'targets', slot: number }, key, rootDigest);

    it('refuses an invitation that is none', async () => {
      await refused(
        events.push((tree) => putInvitations(tree, { role: 'targets' })),
        'event.form',
      );
      await refused(
        events.push((tree) => putInvitations(tree, slot(1, stranger, 'other'))),
        'event.form',
      );
    });

    it('accepts that whoever is invited fills one slot, with a proof and no signature', async () => {
      const invited = await events.push((tree) => putInvitations(tree, open1, open2));
      assert.deepEqual(said(accepted(invited)), [
        'targets: invitation 1 is open',
        'targets: invitation 2 is open',
        'no role is changed yet',
      ]);
      await refused(
        events.push((tree) => putInvitations(tree, slot(1), slot(2, root3))),
        'event.form',
      );
      accepted(await events.push((tree) => putInvitations(tree, open1, slot(2))));
    });

    it('accepts other changes of invitations only with a signed change', async () => {
      accepted(await events.push((tree) => putInvitations(tree, open1, open2)));
      const close = (tree: Tree) => putInvitations(tree, open1);
      await refused(events.push(close), 'event.unauthorised');
      accepted(
        await events.push((tree) => {
          close(tree);
          remake(tree, 'targets', [admin]);
        }),
      );
    });

    it('keeps invitations off main, whatever the policy allows there', async () => {
      await events.restart({ allowedPaths: ['.signing-event-state', 'README.md'] });
      await refused(
        events.pushes.pushMain((tree) => putInvitations(tree, open1)),
        'git.path-not-allowed',
      );
      accepted(await events.pushes.pushMain((tree) => tree.set('README.md', Buffer.from('hello'))));
    });
  });

  describe('as a branch', () => {
    it('is never deleted nor rewritten by a push', async () => {
      accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice)));
      await refused(events.gated.push('origin', ':refs/heads/sign/release'), 'git.delete');
      await events.gated.clone.ok('commit', '--quiet', '--amend', '-m', 'another');
      await refused(
        events.gated.push('--force', 'origin', 'HEAD:refs/heads/sign/release'),
        'git.force-push',
      );
    });

    it('takes no merge of main', async () => {
      accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice)));
      accepted(await events.pushes.pushMain((tree) => release(tree, 'bob', '2.1', bob)));
      await events.gated.clone.ok('fetch', '--quiet');
      await events.gated.clone.ok('checkout', '--quiet', '-B', 'work', 'origin/sign/release');
      await events.gated.clone.ok('merge', '--quiet', '--no-ff', '-m', 'merge', 'origin/main');
      await refused(events.gated.push('origin', 'HEAD:refs/heads/sign/release'), 'git.merge');
    });

    it('begins at main', async () => {
      await events.gated.clone.ok('checkout', '--quiet', '--orphan', 'elsewhere');
      const tree = await events.pushes.tree();
      release(tree, 'alice', '1.1', alice);
      await events.gated.commit(tree);
      await refused(
        events.gated.push('origin', 'HEAD:refs/heads/sign/release'),
        'git.unrelated-history',
      );
    });

    it('has a plain name, and moves alone', async () => {
      const tree = await events.pushes.tree();
      release(tree, 'alice', '1.1', alice);
      await events.gated.commit(tree);
      await refused(events.gated.push('origin', 'HEAD:refs/heads/sign/a/b'), 'git.ref');
      const refs = ['HEAD:refs/heads/sign/a', 'HEAD:refs/heads/sign/b'];
      await refused(events.gated.push('origin', ...refs), 'git.several-refs');
    });
  });
});
