import { visible } from '../../core/error/error.ts';
import type { OutputStream } from './output.ts';
import { fitted } from './text-width.ts';

export interface ProgressLine {
  show(text: string): void;
  /** Writes to a stream after the line has gone away. */
  before(stream: OutputStream): (text: string) => void;
}

/** How often the line is written anew, at most. */
const everyMs = 100;
/** Where the terminal does not say. */
const usualColumns = 80;

/**
 * One line at the bottom of a terminal, which goes away before anything else is written. Each text
 * is written over the one before and only then is the rest cleared: so nothing flickers. It never
 * fills the last column, where terminals begin a new line.
 */
export function progressLine(
  stream: OutputStream,
  env: NodeJS.ProcessEnv,
  paint: (text: string) => string,
): ProgressLine {
  const isPossible = stream.isTTY === true && env['TERM'] !== 'dumb';
  let isShown = false;
  let shownAt = -everyMs;
  return {
    show: (text) => {
      const now = performance.now();
      if (!isPossible || now - shownAt < everyMs) return;
      const columns =
        stream.columns === undefined || stream.columns < 1 ? usualColumns : stream.columns;
      stream.write(`\r${paint(fitted(visible(text), columns - 1))}\u001b[K`);
      [isShown, shownAt] = [true, now];
    },
    before: (other) => (text) => {
      if (isShown) stream.write('\r\u001b[K');
      isShown = false;
      other.write(text);
    },
  };
}
