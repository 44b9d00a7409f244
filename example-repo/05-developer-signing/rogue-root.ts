/** A27: who holds the one key of root gives targets away, and with it every project. */
import {
  content,
  forged,
  rogueRootAdmin,
  rootThroughGit,
} from '../attacks/a27-rogue-root-admin.ts';
import { listing, without, type Attacker } from '../kit/attacker.ts';
import { handedTo } from '../kit/delegations.ts';
import type { Stage } from '../kit/stage.ts';
import type { ProjectsScene } from './open.ts';

export async function rogueRoot(
  stage: Stage,
  { admin, alice, carol, server, source }: ProjectsScene,
  attacker: Attacker,
): Promise<void> {
  const [targets, role] = ['targets', 'lighthouse'];
  const root = rootThroughGit({
    ...{ attacker, server, source, root: carol.hand },
    release: (thief) => [
      { role: targets, keys: [thief], edit: handedTo(role, [thief]) },
      { role, keys: [thief], edit: listing(forged, content) },
    ],
    restore: [
      { role: targets, keys: [admin.hand], edit: handedTo(role, [alice.hand]) },
      { role, keys: [alice.hand], edit: without([forged]) },
    ],
  });
  await rogueRootAdmin(stage, root);
}
