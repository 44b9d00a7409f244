/** A27: one of those who hold root makes a root of their own, where one key is enough for that. */
import { isFooled } from '../kit/attack.ts';
import type { Attacker, Change, RootChange } from '../kit/attacker.ts';
import { newHandKey, type HandKey, type RootSigned } from '../kit/by-hand.ts';
import { succeeded } from '../kit/command.ts';
import { freshDownloader, type Source } from '../kit/downloader.ts';
import { got, holds } from '../kit/got.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import { timeToVisible } from '../kit/visible.ts';

export const forged = 'lighthouse/lighthouse/9.1.0/lighthouse-9.1.0.sh';
export const content = 'echo this lighthouse is ours\n';

export interface RogueRoot {
  readonly source: Source;
  /** Everything belongs to the thief now, who has released a lighthouse; clients can see it. */
  readonly seize: (thief: HandKey) => Promise<unknown>;
  readonly giveBack: (thief: HandKey) => Promise<unknown>;
}

export async function rogueRootAdmin(
  stage: Stage,
  { source, seize, giveBack }: RogueRoot,
): Promise<void> {
  const thief = newHandKey();
  await isFooled(
    stage,
    {
      ...{ row: 'A27', what: 'who holds the one root key gives root and targets to a thief' },
      mount: async () => {
        await seize(thief);
      },
      victim: () => got(stage, source, forged),
      control: freshDownloader(stage, source, ['get', 'lighthouse']),
      undo: async () => {
        await stage.steps.step('root and targets are given back', () => giveBack(thief));
      },
    },
    holds('is ours'),
  );
}

/** Root and targets, from now on. */
export function belongingTo({ keyid, json }: HandKey): (next: RootSigned) => RootSigned {
  return (next) => {
    const { snapshot, timestamp } = next.roles;
    const mine = { keyids: [keyid], threshold: 1 };
    return {
      ...next,
      keys: { ...next.keys, [keyid]: json },
      roles: { ...next.roles, root: mine, targets: mine, snapshot, timestamp },
    };
  };
}

export interface Held {
  readonly server: Server;
  readonly source: Source;
  readonly attacker: Attacker;
  /** The one key of root. */
  readonly root: HandKey;
  /** What a thief who has targets makes of the roles. */
  readonly release: (thief: HandKey) => readonly Change[];
  /** The same roles as they were, signed by whom they belonged to. */
  readonly restore: readonly Change[];
}

/** With a repository in git: one push gives all away, another all back. */
export function rootThroughGit(held: Held): RogueRoot {
  const { attacker, server, source, root, release, restore } = held;
  let before: Pick<RootSigned, 'keys' | 'roles'> | undefined;
  const push = (root: RootChange, changes: readonly Change[], file: string | null) =>
    timeToVisible(server, async () => {
      succeeded(await attacker.pushRoot(root, changes, { [forged]: file }));
    });
  return {
    source,
    seize: (thief) => {
      const edit = (next: RootSigned) => {
        before = { keys: next.keys, roles: next.roles };
        return belongingTo(thief)(next);
      };
      return push({ edit, keys: [root, thief] }, release(thief), content);
    },
    giveBack: (thief) => {
      const edit = (next: RootSigned) => ({ ...next, ...before });
      return push({ edit, keys: [root, thief] }, restore, null);
    },
  };
}
