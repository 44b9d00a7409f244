import path from 'node:path';
import type { Parts } from '../../parts.ts';
import { knownBlobs } from '../blobs/known-blobs.ts';
import { ChangeDoor } from './change-door.ts';
import { ChangeHistory } from './change-history.ts';
import { Changes } from './changes.ts';
import { emptyScratches } from './scratch.ts';

/** @param nudge called when `main` or an event has moved */
export async function openChanges(parts: Parts, nudge: () => void): Promise<Changes> {
  const { home, git, blobs, bell, clock, publisher, onlineKeys, pinnedRoot } = parts;
  const scratchFolder = path.join(home.paths.state, 'changes');
  await emptyScratches(scratchFolder);
  const door = new ChangeDoor({
    git,
    blobs,
    scratchFolder,
    known: knownBlobs(parts),
    context: () => ({
      pinnedRoot,
      onlineKeys: onlineKeys.held,
      limits: home.config.gate,
      receivedAt: clock.now(),
    }),
    pushed: nudge,
  });
  return new Changes({
    door,
    history: new ChangeHistory(git),
    bell,
    served: () => publisher.generation?.record.snapshot.signed.version,
  });
}
