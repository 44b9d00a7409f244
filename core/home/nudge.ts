import { close, constants, fstat, open, write } from 'node:fs';
import { promisify } from 'node:util';

/**
 * Tells the daemon to look now, if there is one: it looks by itself soon anyway, so whatever goes
 * wrong is ignored.
 * @param file HOME/state/nudge
 */
export async function nudge(file: string): Promise<void> {
  try {
    const fd = await promisify(open)(file, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      if ((await promisify(fstat)(fd)).isFIFO()) await promisify(write)(fd, Buffer.from('.'));
    } finally {
      await promisify(close)(fd);
    }
  } catch {
    return;
  }
}
