/** How long the gate may take for one push, in seconds, where its wrapper does not say otherwise. */
export const usualDeadlineSeconds = 60;

/**
 * Ends this program after that time, whatever it waits for: a call to the system that does not come
 * back would keep `process.exit` waiting too. Status 128 + 14 in a shell.
 * @returns aborted just before, so that children end as well
 */
export function startDeadline(seconds: number): AbortSignal {
  const children = new AbortController();
  const end = () => {
    children.abort();
    process.kill(process.pid, 'SIGALRM');
  };
  setTimeout(end, seconds * 1000).unref();
  return children.signal;
}
