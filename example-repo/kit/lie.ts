/** A server that lies to whoever signs: it prepares another change than the one that was asked for. */
import { targetEntry } from './by-hand.ts';
import { putBlob } from './change-by-hand.ts';
import { succeeded } from './command.ts';
import type { Middleman, Passing } from './middleman.ts';

/** From now on, once: a file of its own stands in the place of each that is to be released. */
export function lieAboutNext(liar: Middleman, console: string, forged: Buffer): Promise<void> {
  liar.once('POST', /\/changes\/prepare$/, (passing) => another(passing, console, forged));
  return Promise.resolve();
}

/** It has the token that came along, and so may put its file into the store. */
async function another({ headers, body }: Passing, console: string, forged: Buffer) {
  const token = headers.authorization?.replace('Bearer ', '') ?? '';
  succeeded(await putBlob({ console, token }, forged));
  const { length, hashes } = targetEntry(forged);
  const wish = JSON.parse(body.toString('utf8')) as { add: Record<string, object> };
  for (const target of Object.keys(wish.add)) wish.add[target] = { length, sha256: hashes.sha256 };
  return Buffer.from(JSON.stringify(wish));
}
