import { setTimeout as sleep } from 'node:timers/promises';
import { StoryFailure } from './story-failure.ts';

const patienceMs = 60_000;
const pauseMs = 5;

/**
 * Looks again and again until it is so. @returns what was seen then
 * @param otherwise what to say when it never is
 */
export async function until<T>(
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  otherwise: string,
  signal?: AbortSignal,
): Promise<T> {
  const start = performance.now();
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (signal?.aborted === true || performance.now() - start > patienceMs) {
      throw new StoryFailure(otherwise, JSON.stringify(seen));
    }
    await sleep(pauseMs);
  }
}
