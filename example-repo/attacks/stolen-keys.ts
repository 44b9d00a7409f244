/** A24 to A27, A29 and A36 where there is a repository in git, one root key, and one role to release in. */
import { listing, without, type Attacker } from '../kit/attacker.ts';
import type { HandKey } from '../kit/by-hand.ts';
import type { Source } from '../kit/downloader.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import { keyThroughGit, oneKeyForAll } from './a24-one-key-for-all.ts';
import { content, forged, rogueRootAdmin, rootThroughGit } from './a27-rogue-root-admin.ts';

export interface StolenKeys {
  readonly attacker: Attacker;
  readonly server: Server;
  readonly source: Source;
  readonly root: HandKey;
  /** All of targets. */
  readonly keys: readonly HandKey[];
}

export async function stolenKeys(stage: Stage, stolen: StolenKeys): Promise<void> {
  await stage.unlessWalk('stolen keys, A24 to A27, A29 and A36', async () => {
    await stage.steps.act('Stolen keys: one signs all releases, and one who may');
    await oneKeyForAll(stage, keyThroughGit(stolen));
    const root = rootThroughGit({
      ...stolen,
      release: (thief) => [{ role: 'targets', keys: [thief], edit: listing(forged, content) }],
      restore: [{ role: 'targets', keys: stolen.keys, edit: without([forged]) }],
    });
    await rogueRootAdmin(stage, root);
  });
}
