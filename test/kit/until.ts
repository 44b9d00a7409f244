import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `look` finds something, looking again and again.
 * @throws RangeError with `what` when it takes longer than `timeoutMs`
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 120_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new RangeError(`waited in vain until ${what}`);
    await delay(20);
  }
}
