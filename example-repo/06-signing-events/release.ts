/** How one releases here: somebody drafts and signs, somebody else looks at it and signs too. */
import { refusalIn } from '../kit/refusal.ts';
import type { Files } from '../kit/releases.ts';
import { ask, type Signer } from '../kit/signer.ts';
import { timeToVisible } from '../kit/visible.ts';
import type { EventsScene } from './open.ts';

/** Bob drafts, for he develops both; alice signs the lighthouses, carol the harbours. */
export async function releaseTogether(
  { alice, bob, carol, server }: EventsScene,
  event: string,
  files: Files,
): Promise<void> {
  await propose(bob, event, files);
  const signers = [
    ...(files.some(([target]) => target.startsWith('lighthouse/')) ? [alice] : []),
    ...(files.some(([target]) => target.startsWith('harbour/')) ? [carol] : []),
  ];
  await timeToVisible(server, async () => {
    for (const { work } of signers) await work.tryTuf('sign', event, '--yes');
  });
}

/** Drafts, signs, and asks the others. @returns who is missing */
export async function propose({ work }: Signer, event: string, files: Files): Promise<string> {
  await work.tryTuf('status', '--fetch');
  for (const [target, file] of files) await work.tuf('add', target, file);
  await ask(work, 'sign');
  return refusalIn(await work.tryTuf('push', event), 'workspace.waiting');
}
