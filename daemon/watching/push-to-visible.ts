/** Git notes when a push came in whole seconds, rounded down: what takes less is told by the trigger. */
const wholeSecond = 1;

/**
 * Seconds from the receipt of a commit until clients could see it.
 * @param sinceTrigger seconds since the daemon was told to look
 * @param now when they could
 */
export function pushToVisible(receivedAt: Date, sinceTrigger: number, now: Date): number {
  const sinceReceipt = (now.getTime() - receivedAt.getTime()) / 1000;
  return Math.max(sinceTrigger, sinceReceipt - wholeSecond);
}
