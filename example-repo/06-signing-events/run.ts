/** Milestone 6: nobody signs alone; changes are signing events, and people are invited. */
import { releaseInTwo, type Files } from '../kit/releases.ts';
import type { Stage } from '../kit/stage.ts';
import { storageAttacks } from '../kit/storage-attacks.ts';
import { gateAndStore, whoSentWhat } from '../kit/uploads-attacks.ts';
import { hintAt } from '../kit/tuf-on-git.ts';
import { fastForward } from '../attacks/a14-fast-forward.ts';
import { ownRoleOnly } from '../attacks/a31-own-role-only.ts';
import { Attacker } from '../kit/attacker.ts';
import { aloneWithTheTool } from './alone-with-the-tool.ts';
import { invitation } from './invitation.ts';
import { openEvents } from './open.ts';
import { oneAlone } from './one-alone.ts';
import { stolenTeam } from './stolen-team.ts';
import { releaseThisProject } from './this-project.ts';
import { abandoned } from './withdrawn.ts';
import { releaseTogether } from './release.ts';

export async function run(stage: Stage): Promise<readonly string[]> {
  const { steps } = stage;
  const scene = await openEvents(stage);
  const { operator, server, alice, bob, carol } = scene;
  const release = (files: Files) => releaseTogether(scene, stage.newName('release'), files);
  const released = await releaseInTwo(stage, { ...scene, release });
  const { old, backup, downloader } = released;
  await stage.unlessWalk('a tampered storage and old sets, A1 to A9', () =>
    storageAttacks(stage, { ...scene, role: 'lighthouse', old, backup }),
  );
  await stage.unlessWalk('two releases at once, and the one who signs, A19, A22 and A23', () =>
    aloneWithTheTool(stage, scene),
  );
  await steps.act('An invitation');
  await invitation(stage, scene);
  await steps.act('A release: this project, packed by npm');
  await releaseThisProject(stage, scene, downloader);
  await steps.act('An event that is given up');
  const attacker = await Attacker.enter(stage, operator, server);
  await abandoned(stage, scene, attacker);
  await steps.act('One key is stolen, of admins or developers: refused');
  await oneAlone(stage, scene, attacker);
  await stage.unlessWalk(
    'who signs for a project turns on it, or all their keys are stolen, A31 and A36',
    async () => {
      await steps.act('All keys of a project are stolen');
      const keys = [bob.hand, carol.hand];
      const renew = () => attacker.push([{ role: 'harbour', keys, edit: (next) => next }]);
      await ownRoleOnly(stage, { ...scene, who: 'bob, with carol,', keys, attacker, renew });
      await stolenTeam(stage, scene, attacker);
    },
  );
  await stage.unlessWalk('the gate and the store, A16 to A21, A33 and A37', async () => {
    const [role, keys] = ['lighthouse', [alice.hand, bob.hand]];
    const gated = { operator, server, alice: alice.holder, bob: bob.holder, role, keys };
    await gateAndStore(stage, { ...gated, downloader, project: role });
    await whoSentWhat(stage, gated);
  });
  await stage.unlessWalk('the online key is misused and replaced, A14', () =>
    fastForward(stage, { ...scene, pusher: attacker, root: scene.admins.map(({ hand }) => hand) }),
  );
  await steps.act('The audit');
  const audit = await steps.step('the operator audits every commit, from the pinned root on', () =>
    operator.tuf('verify', server.home, '--history'),
  );
  steps.note(audit.split('\n')[0] ?? '');
  return [
    `${server.console}/ in a browser: the web page`,
    hintAt(downloader, 'list'),
    `cd ${alice.work.path()} && ${hintAt(alice.person, 'role', 'show')}`,
    `curl -s ${server.console}/api/v1/status`,
  ];
}
