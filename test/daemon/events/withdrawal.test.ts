/** Signing events that a maintainer withdraws, in a running daemon (rule 27). */
import assert from 'node:assert/strict';
import { pino } from 'pino';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { daemonSuite } from '../../kit/daemon.ts';
import { accepted, refused } from '../../kit/gated-events.ts';
import { writeTree } from '../../kit/gated-repository.ts';
import type { Clone } from '../../kit/git.ts';
import type { TestHome } from '../../kit/home.ts';
import { pushedHome } from '../../kit/pushed-home.ts';
import {
  addSignatures,
  eventPushes,
  makeTeams,
  release,
  remake,
  type EventChange,
  type EventPushes,
} from '../../kit/signing-events.ts';
import { people } from '../../kit/source-tree.ts';
import { putWithdrawal, withdrawalBy } from '../../kit/withdrawals.ts';

const { root1, root2, admin, alice, bob, carol } = people;

describe('a signing event that a maintainer has withdrawn, in a running daemon', () => {
  const suite = daemonSuite();
  let home: TestHome;
  let clone: Clone;
  let pushes: EventPushes;

  beforeEach(async () => {
    home = await suite.home({ config: { reconcileIntervalSeconds: 3600 } });
    await home.commit((tree) => {
      makeTeams(tree);
    });
    ({ clone } = await pushedHome(home));
    pushes = eventPushes(clone);
  });

  const release11: EventChange = (tree) => release(tree, 'alice', '1.1', alice, carol);
  const refAt = (ref: string) => home.git.resolveRef(ref);

  it('ends, though no signature is missing, and its payload lands in no way', async () => {
    const daemon = await suite.serve(home);
    const main = await home.tip();
    accepted(await pushes.push('release', (tree) => release(tree, 'alice', '1.1', alice)));
    accepted(
      await pushes.push('release', (tree) => {
        addSignatures(tree, 'alice', carol);
        putWithdrawal(tree, withdrawalBy(alice, tree, { roles: ['alice'] }));
      }),
    );
    await daemon.reconcile();
    assert.equal(await refAt('refs/heads/sign/release'), undefined);
    assert.notEqual(await refAt('refs/tuf/events/release'), undefined);
    await refused(pushes.push('again', release11), 'event.withdrawn');
    await refused(pushes.pushMain(release11), 'event.withdrawn');
    await daemon.reconcile();
    assert.equal(await home.tip(), main);
  });

  it('takes no payload along that its key may not sign, under whatever name a commit has it', async () => {
    const daemon = await suite.serve(home);
    accepted(await pushes.push('rotate', (tree) => remake(tree, 'root', [root1])));
    accepted(await pushes.push('release', (tree) => release(tree, 'alice', '1.1', alice)));
    const [root, role] = [await pushes.tree('sign/rotate'), await pushes.tree('sign/release')];
    const byBob: EventChange = (tree) => release(tree, 'bob', '2.1', bob);
    const veto = await pushes.tree();
    byBob(veto, veto);
    for (const file of ['metadata/root.json', 'metadata/root_history/3.root.json']) {
      veto.set(file, root.get(file) ?? Buffer.of());
    }
    const alices = role.get('metadata/alice.json') ?? Buffer.of();
    await clone.ok('checkout', '--quiet', '--force', '-B', 'work', 'origin/main');
    for (const tree of [new Map([...veto, ['metadata/bob.json', alices]]), veto]) {
      await writeTree(clone.dir, tree);
      await clone.commit('veto');
    }
    accepted(await clone.git('push', '--quiet', 'origin', 'HEAD:refs/heads/sign/veto'));
    accepted(
      await pushes.push('veto', (tree) =>
        putWithdrawal(tree, withdrawalBy(bob, tree, { event: 'veto', roles: ['root', 'bob'] })),
      ),
    );
    await daemon.reconcile();
    assert.equal(await refAt('refs/heads/sign/veto'), undefined);
    await refused(pushes.push('again', byBob), 'event.withdrawn');
    accepted(await pushes.push('rotate', (tree) => addSignatures(tree, 'root', root2)));
    accepted(await pushes.push('release', (tree) => addSignatures(tree, 'alice', carol)));
  });

  it('neither ends nor lands when main has taken the key away meanwhile, which is logged once', async () => {
    accepted(await pushes.push('release', (tree) => remake(tree, 'targets', [admin, bob])));
    accepted(
      await pushes.push('release', (tree) =>
        putWithdrawal(tree, withdrawalBy(carol, tree, { roles: ['targets'] })),
      ),
    );
    accepted(
      await pushes.pushMain((tree) =>
        remake(tree, 'root', [root1, root2], (root) => ({
          ...root,
          roles: {
            ...(root['roles'] as JsonObject),
            targets: { keyids: [admin.keyid, bob.keyid], threshold: 2 },
          },
        })),
      ),
    );
    const main = await home.tip();
    const codes: unknown[] = [];
    const write = (text: string) => {
      const { event, code } = JSON.parse(text) as { event?: string; code?: string };
      if (event === 'release') codes.push(code);
    };
    const daemon = await suite.serve(home, { makeLog: () => pino({ level: 'info' }, { write }) });
    await daemon.reconcile();
    await daemon.reconcile();
    assert.deepEqual(codes, ['event.unauthorised']);
    assert.notEqual(await refAt('refs/heads/sign/release'), undefined);
    assert.equal(await home.tip(), main);
  });
});
