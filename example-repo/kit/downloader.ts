/** Downloaders: each with a data folder of their own, so that what one has seen another has not. */
import type { Ended } from './command.ts';
import { Person, type PersonOptions } from './person.ts';
import type { Stage } from './stage.ts';

export interface Source {
  /** The root file that the repository's people gave them. */
  readonly root: string;
  /** The URL above /metadata and /targets. */
  readonly url: string;
}

/** Somebody who trusts a repository and has not asked it for anything yet. */
export async function newDownloader(
  stage: Stage,
  name: string,
  { root, url }: Source,
  options: PersonOptions = {},
): Promise<Person> {
  const person = await Person.enter(stage, name, options);
  await person.tuf('trust', root, '--url', url, '--name', 'demo');
  return person;
}

/** What a downloader does who was never here before; somebody else at every call. */
export function freshDownloader(
  stage: Stage,
  source: Source,
  args: readonly string[],
  options: PersonOptions = {},
): () => Promise<Ended> {
  return async () => {
    const person = await newDownloader(stage, stage.newName('downloader'), source, options);
    return person.tryTuf(...args);
  };
}
