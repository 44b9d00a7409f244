/** Somebody who has never been here before, with another client than ours: tuf-js. */
import { fileURLToPath } from 'node:url';
import type { Ended } from './command.ts';
import type { Source } from './downloader.ts';
import { Person } from './person.ts';
import type { Stage } from './stage.ts';

const script = fileURLToPath(new URL('../attacks/tuf-js-client.mjs', import.meta.url));

/** They verify, and list all that targets has. */
export function byTufJs(stage: Stage, { root, url }: Source): () => Promise<Ended> {
  return async () => {
    const person = await Person.enter(stage, stage.newName('tuf-js'));
    return person.run(process.execPath, [script, person.path(), root, url]);
  };
}
