/**
 * Work that many ask for: whoever asks while it is under way shares the next run, which begins late
 * enough for all of them.
 */
export function sharedWork(work: () => Promise<void>): () => Promise<void> {
  // Ends with the run that is under way; it does not fail.
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running.then(() => {
      const run = work();
      running = run.catch(() => undefined);
      next = undefined;
      return run;
    });
    return next;
  };
}
