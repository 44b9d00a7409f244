/** Since when the versions of roles are public, as far as the console tells: metadata itself does not. */
import { createContext } from 'preact';
import type { Generation } from './answers.ts';

/** ISO 8601, or undefined where nothing is known of that version. */
export type PublishedAt = (role: string, version: number) => string | undefined;

export const Lives = createContext<PublishedAt>(() => undefined);

/** @param generations newest first */
export function livesOf(generations: readonly Generation[]): PublishedAt {
  const known = new Map<string, string>();
  for (const [at, generation] of generations.entries()) {
    const { timestamp, snapshot, published, changes } = generation;
    known.set(`timestamp ${timestamp}`, published);
    // An older generation may have had that snapshot already, and may not be in the list.
    const older = generations[at + 1]?.snapshot ?? (timestamp === 1 ? 0 : snapshot);
    if (older !== snapshot) known.set(`snapshot ${snapshot}`, published);
    for (const { role, to } of changes) {
      if (to !== undefined) known.set(`${role} ${to}`, published);
    }
  }
  return (role, version) => known.get(`${role} ${version}`);
}
