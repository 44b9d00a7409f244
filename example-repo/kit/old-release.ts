import type { Ended } from './command.ts';
import { requireText } from './attack.ts';

/** Proof that somebody was given the release before the newest, by what `get lighthouse` printed. */
export function gotOldRelease({ stdout }: Ended): Promise<string> {
  requireText(stdout, 'lighthouse-1.0.0.sh');
  return Promise.resolve('the newest lighthouse, as far as they know: lighthouse-1.0.0.sh');
}
