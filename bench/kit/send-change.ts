import { accepted, askApi } from '../../test/kit/api.ts';
import type { DaemonProgram } from '../../test/kit/daemon-program.ts';
import type { JsonObject } from '../../core/metadata/json.ts';

/**
 * Sends a change and waits until clients can see it; how long that took, in milliseconds.
 * @throws when it was not accepted, or not published in time
 */
export async function timeChange(
  daemon: DaemonProgram,
  token: string,
  body: JsonObject,
): Promise<number> {
  const start = performance.now();
  const headers = { prefer: 'wait=50' };
  const reply = await askApi(daemon, '/changes', { method: 'POST', token, headers, body });
  const time = performance.now() - start;
  if (accepted(reply)['published'] !== true) throw new RangeError('the change was not published');
  return time;
}
