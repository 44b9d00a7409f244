/**
 * A24, A25, A26, A29 and A36, before projects have keys of their own: one key signs everything, and so
 * it is good for everything, whoever of those who have it turns, leaves, or loses it.
 */
import { isFooled } from '../kit/attack.ts';
import { without, type Attacker } from '../kit/attacker.ts';
import type { HandKey } from '../kit/by-hand.ts';
import { succeeded, type Ended } from '../kit/command.ts';
import { freshDownloader, type Source } from '../kit/downloader.ts';
import { got, holds } from '../kit/got.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import { timeToVisible } from '../kit/visible.ts';

export interface OneKey {
  readonly source: Source;
  /** Signs with the key a release of this content, and sends it; resolves when clients can see it. */
  readonly release: (target: string, content: string) => Promise<unknown>;
  /** Signs that these are no releases any more. */
  readonly remove: (targets: readonly string[]) => Promise<unknown>;
}

const content = 'nobody has released this\n';

const attacks = [
  {
    row: 'A24',
    what: 'the key is stolen from the admin, and signs a lighthouse',
    of: lighthouse(2),
  },
  { row: 'A25', what: 'bob, who develops harbour, signs a lighthouse with it', of: lighthouse(3) },
  { row: 'A26', what: 'it is stolen from bob, and signs a harbour', of: harbour(2) },
  { row: 'A29', what: 'bob has left, and signs with it as before', of: harbour(3) },
  { row: 'A36', what: 'it is all that a team has, and signs a lighthouse', of: lighthouse(4) },
];

export async function oneKeyForAll(
  stage: Stage,
  { source, release, remove }: OneKey,
): Promise<void> {
  const control = freshDownloader(stage, source, ['get', 'lighthouse']);
  for (const { row, what, of: target } of attacks) {
    await isFooled(
      stage,
      {
        ...{ row, what, control },
        mount: async () => {
          await release(target, content);
        },
        victim: () => got(stage, source, target),
      },
      holds(content.trim()),
    );
  }
  await stage.steps.step('what it has signed is taken away again', () =>
    remove(attacks.map(({ of: target }) => target)),
  );
}

export interface Thief {
  readonly attacker: Attacker;
  readonly server: Server;
  readonly source: Source;
  readonly keys: readonly HandKey[];
}

/** With a repository in git, where the key is that of targets. */
export function keyThroughGit({ attacker, server, source, keys }: Thief): OneKey {
  const send = (work: () => Promise<Ended>) =>
    timeToVisible(server, async () => {
      succeeded(await work());
    });
  return {
    source,
    release: (target, text) => send(() => attacker.release('targets', keys, target, text)),
    remove: (targets) => {
      const files = Object.fromEntries(targets.map((target) => [target, null]));
      const change = { role: 'targets', keys, edit: without(targets) };
      return send(() => attacker.push([change], files));
    },
  };
}

function lighthouse(major: number): string {
  return `lighthouse/lighthouse/${major}.0.0/lighthouse-${major}.0.0.sh`;
}

function harbour(major: number): string {
  return `harbour/harbour/${major}.0.0/harbour-${major}.0.0.txt`;
}
