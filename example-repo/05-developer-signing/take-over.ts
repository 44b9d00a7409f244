/** What is done about a stolen key: another takes its place, and what it has signed goes. */
import { ask, type Signer } from '../kit/signer.ts';
import { timeToVisible } from '../kit/visible.ts';
import type { ProjectsScene } from './open.ts';

export interface TakeOver {
  readonly project: string;
  /** Whose key it is that goes: `@bob`, or a keyid. */
  readonly from: string;
  /** Who signs from now on, with which key. */
  readonly to: Signer;
  /** Target paths that have to go. */
  readonly bad: readonly string[];
}

export async function takeOver(
  { admin, server }: ProjectsScene,
  { project, from, to, bad }: TakeOver,
): Promise<void> {
  const { work, key } = to;
  const [event, signs] = [`take-over-${project}`, ['--yes', '--key', key.uri]];
  const replace = ['--take-over', '--replace-key', `${from}=${key.publicKey}`];
  await timeToVisible(server, async () => {
    await admin.work.tuf('status', '--fetch');
    await ask(admin.work, 'role', 'set', project, ...replace, '--event', event);
    await work.tuf('sign', event, ...signs);
  });
  await timeToVisible(server, async () => {
    await work.tuf('status', '--fetch');
    for (const target of bad) await work.tuf('remove', target);
    await work.tuf('sign', ...signs);
    await work.tuf('push');
  });
}
