import type { Log } from '../log.ts';
import type { Collector } from './collector.ts';

const pauseMs = 60_000;

/** Has a collector look now and then every minute. @returns ends that, when the look under way is over */
export function collectRegularly(collector: Collector, log: Log): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const look = async (): Promise<void> => {
    try {
      await collector.look();
    } catch (error) {
      log.warn({ err: error }, 'uploads cannot be collected');
    }
    if (!isClosed) timer = setTimeout(again, pauseMs);
  };
  const again = () => {
    looking = look();
  };
  let looking = look();
  return async () => {
    isClosed = true;
    clearTimeout(timer);
    await looking;
  };
}
