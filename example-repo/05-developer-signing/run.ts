/** Milestone 5: each project has a role and a key; each developer releases with their own. */
import { fastForward } from '../attacks/a14-fast-forward.ts';
import { twoAtOnce } from '../attacks/a19-two-at-once.ts';
import { signsWhatItChecked } from '../attacks/a22-signs-what-it-checked.ts';
import { ownRoleOnly } from '../attacks/a31-own-role-only.ts';
import { Attacker } from '../kit/attacker.ts';
import { releaseInTwo, type Files } from '../kit/releases.ts';
import type { Stage } from '../kit/stage.ts';
import { succeeded } from '../kit/command.ts';
import type { Signer } from '../kit/signer.ts';
import { hintAt } from '../kit/tuf-on-git.ts';
import { byTool } from '../kit/maintainer.ts';
import { storageAttacks } from '../kit/storage-attacks.ts';
import { gateAndStore, whoSentWhat } from '../kit/uploads-attacks.ts';
import { badPushes } from './bad-pushes.ts';
import { openProjects, releaseAll, type ProjectsScene } from './open.ts';
import { rogueRoot } from './rogue-root.ts';
import { stolenAdminKey } from './stolen-admin-key.ts';
import { replacedKey, stolenDeveloperKey } from './stolen-developer-key.ts';

export async function run(stage: Stage): Promise<readonly string[]> {
  const { steps } = stage;
  const scene = await openProjects(stage);
  const { operator, server, alice, bob } = scene;
  const release = (files: Files) => releaseAll(scene, files);
  const released = await releaseInTwo(stage, { ...scene, release });
  const { old, backup, downloader } = released;
  await stage.unlessWalk('a tampered storage and old sets, A1 to A9', () =>
    storageAttacks(stage, { ...scene, role: 'lighthouse', old, backup }),
  );
  await stage.unlessWalk('the gate and the store, A16 to A21, A33 and A37', async () => {
    const [byAlice, byBob] = [alice.holder, bob.holder];
    await gateAndStore(stage, {
      ...{ operator, server, alice: byAlice, bob: byBob, downloader },
      ...{ role: 'lighthouse', project: 'lighthouse', keys: [alice.hand] },
    });
    const [role, keys] = ['harbour', [bob.hand]];
    await whoSentWhat(stage, { operator, server, alice: byAlice, bob: byBob, role, keys });
  });
  await stage.unlessWalk('two releases at once, and the one who signs, A19, A22 and A23', () =>
    withTheTool(stage, scene),
  );
  const attacker = await steps.step("somebody gets hold of bob's key", () =>
    Attacker.enter(stage, operator, server),
  );
  await stage.unlessWalk('bad pushes with it, all refused', async () => {
    await steps.act('Bad pushes with it: refused');
    await badPushes(stage, { server, attacker, bob });
  });
  await steps.act('What it is good for');
  const bad = await stolenDeveloperKey(stage, scene, attacker);
  await stage.unlessWalk('another key for bob, and what he can spoil, A29 and A31', async () => {
    const again = await replacedKey(stage, scene, attacker, bad);
    await steps.act('What somebody who signs can spoil');
    const renew = () => renewHarbour(again);
    await ownRoleOnly(stage, { ...scene, who: 'bob', keys: [again.hand], attacker, renew });
  });
  await steps.act('The one who says who signs');
  await stolenAdminKey(stage, scene, attacker);
  await stage.unlessWalk('a rogue root admin, A27', () => rogueRoot(stage, scene, attacker));
  await stage.unlessWalk('the online key is misused and replaced, A14', () =>
    fastForward(stage, { ...scene, pusher: attacker, root: [scene.carol.hand] }),
  );
  return [
    `${server.console}/ in a browser: the web page`,
    hintAt(downloader, 'list'),
    `cd ${alice.work.path()} && ${hintAt(alice.person, 'upload', 'FILE', '--to', 'lighthouse/PRODUCT/VERSION')}`,
    `cd ${alice.work.path()} && ${hintAt(alice.person, 'role', 'show')}`,
    `curl -s ${server.console}/api/v1/status`,
  ];
}

/** Bob releases a harbour while alice releases something, and through a server that lies. */
async function withTheTool(stage: Stage, scene: ProjectsScene): Promise<void> {
  const { alice, bob } = scene;
  const [role, target] = ['harbour', 'lighthouse/piers/1.0.0/piers.txt'];
  const maintainer = { holder: bob.holder, key: bob.key.uri, role, project: role };
  const byAlice = byTool(alice.work);
  await stage.steps.act('Two releases at once');
  await twoAtOnce(stage, {
    ...{ ...scene, maintainer },
    other: {
      ...{ what: 'alice releases', target },
      release: async (file) => succeeded(await byAlice(target, file)),
    },
  });
  await stage.steps.act('The one who signs');
  await signsWhatItChecked(stage, { ...scene, maintainer });
}

async function renewHarbour({ work, key }: Signer): Promise<void> {
  // Its status says, too, that it is high time.
  await work.tryTuf('status', '--fetch');
  await work.tuf('role', 'set', 'harbour', '--renew');
  await work.tuf('sign', '--yes', '--key', key.uri);
  await work.tuf('push');
}
