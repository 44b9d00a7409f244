/** Milestone 5: each project has a role and a key; each developer releases with their own. */
import { Attacker } from '../kit/attacker.ts';
import { releaseInTwo, type Files } from '../kit/releases.ts';
import type { Stage } from '../kit/stage.ts';
import { hintAt } from '../kit/tuf-on-git.ts';
import { storageAttacks } from '../kit/storage-attacks.ts';
import { gateAndStore } from '../kit/uploads-attacks.ts';
import { badPushes } from './bad-pushes.ts';
import { openProjects, releaseAll } from './open.ts';
import { ownRoleOnly } from './own-role-only.ts';
import { stolenAdminKey } from './stolen-admin-key.ts';
import { stolenDeveloperKey } from './stolen-developer-key.ts';

export async function run(stage: Stage): Promise<readonly string[]> {
  const { steps } = stage;
  const scene = await openProjects(stage);
  const { operator, server, alice, bob } = scene;
  const release = (files: Files) => releaseAll(scene, files);
  const { old, downloader } = await releaseInTwo(stage, { ...scene, release });
  await stage.unlessWalk('a tampered storage and old sets, A1 to A9', () =>
    storageAttacks(stage, { ...scene, role: 'lighthouse', old }),
  );
  await stage.unlessWalk('the gate and the store, A16 to A21 and A33', () =>
    gateAndStore(stage, {
      ...{ operator, server, alice: alice.holder, bob: bob.holder, downloader },
      ...{ role: 'lighthouse', project: 'lighthouse', keys: [alice.hand] },
    }),
  );
  const attacker = await steps.step("somebody gets hold of bob's key", () =>
    Attacker.enter(stage, operator, server),
  );
  await steps.act('Bad pushes with it: refused');
  await badPushes(stage, { server, attacker, bob });
  await steps.act('What it is good for');
  const again = await stolenDeveloperKey(stage, scene, attacker);
  await stage.unlessWalk('a maintainer who fills the role, or lets it expire, A31', async () => {
    await steps.act('What somebody who signs can spoil');
    await ownRoleOnly(stage, scene, { bob: again, attacker });
  });
  await steps.act('The one who says who signs');
  await stolenAdminKey(stage, scene, attacker);
  return [
    `${server.console}/ in a browser: the web page`,
    hintAt(downloader, 'list'),
    `cd ${alice.work.path()} && ${hintAt(alice.person, 'upload', 'FILE', '--to', 'lighthouse/PRODUCT/VERSION')}`,
    `cd ${alice.work.path()} && ${hintAt(alice.person, 'role', 'show')}`,
    `curl -s ${server.console}/api/v1/status`,
  ];
}
