import type { SimulatedRepository } from '../../kit/simulated-repository.ts';

/** For programs, which look at the real clock: what is published from now on lives a day. */
export function lastADay({ root, timestamp, snapshot, roles }: SimulatedRepository): void {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
  for (const role of [root, timestamp, snapshot, ...roles.values()]) role.expires = tomorrow;
}
