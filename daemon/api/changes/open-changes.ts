import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mayLandBy } from '../../events/may-land.ts';
import type { Parts } from '../../parts.ts';
import { knownBlobs } from '../blobs/known-blobs.ts';
import { ChangeDoor } from './change-door.ts';
import { ChangeHistory } from './change-history.ts';
import { openSeal } from './change-seal.ts';
import { Changes } from './changes.ts';
import { emptyScratches } from './scratch.ts';

/** For clients that wait for one change before they send the next: they should not miss each other. */
const gatherMs = 30;
/** Where publishing takes longer, or hangs, changes go on. */
const mostRestMs = 2_000;

/** @param look at what has moved; resolves when everything that this calls for is done */
export async function openChanges(parts: Parts, look: () => Promise<void>): Promise<Changes> {
  const { home, git, blobs, bell, clock, publisher, onlineKeys, pinnedRoot, metrics } = parts;
  const scratchFolder = path.join(home.paths.state, 'changes');
  await emptyScratches(scratchFolder);
  const seal = await openSeal(path.join(home.paths.state, 'change-seal.json'));
  let looked: Promise<void> = Promise.resolve();
  const door = new ChangeDoor({
    git,
    blobs,
    scratchFolder,
    seal,
    known: knownBlobs(parts),
    context: () => ({
      pinnedRoot,
      onlineKeys: onlineKeys.held,
      limits: home.config.gate,
      receivedAt: clock.now(),
    }),
    pushed: () => {
      looked = look();
    },
  });
  return new Changes({
    door,
    history: new ChangeHistory(git, seal),
    bell,
    rest: async () => {
      await Promise.race([looked, delay(mostRestMs, undefined, { ref: false })]);
      await delay(gatherMs);
    },
    refused: (findings) => {
      metrics.pushRefused(findings);
    },
    served: () => publisher.generation?.record.snapshot.signed.version,
    mayLand: (event, withinMs) => mayLandBy(git, event, new Date(clock.now().getTime() + withinMs)),
  });
}
