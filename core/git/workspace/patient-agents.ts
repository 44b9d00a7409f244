/**
 * Node's own agents give up on a request after 5 seconds of silence. A hook that judges a large push,
 * or waits for its turn, may need longer, and isomorphic-git has no option for it.
 */
import http from 'node:http';
import https from 'node:https';

/** How long a server may be silent. */
export const silenceMs = 300_000;

// A new connection each: one that is kept has the few seconds for which the server keeps it.
const plain = new http.Agent({ timeout: silenceMs });
const tls = new https.Agent({ timeout: silenceMs });

/** From now on all requests of this process that name no agent are that patient. */
export function beThatPatient(): void {
  http.globalAgent = plain;
  https.globalAgent = tls;
}
