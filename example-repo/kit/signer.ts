/** People who sign with a key of their own, in a verified clone of their own. */
import { readHandKey, type HandKey } from './by-hand.ts';
import { makePlainKey, type FileKey } from './file-key.ts';
import { giveToken, type Holder } from './holder.ts';
import { Person } from './person.ts';
import { refusalIn } from './refusal.ts';
import type { Server } from './server.ts';
import type { Stage } from './stage.ts';
import { everything } from './uploads-scene.ts';

/** Somebody with a key: before there is a server, too. */
export interface Keyed {
  readonly person: Person;
  readonly key: FileKey;
  /** The same key, for whoever signs with it by hand. */
  readonly hand: HandKey;
}

export interface Signer extends Keyed {
  readonly name: string;
  readonly holder: Holder;
  /** The person, in the clone. */
  readonly work: Person;
}

/** What one must know to get a clone. */
export interface Repository {
  readonly operator: Person;
  readonly server: Server;
  /** File of the pinned root. */
  readonly root: string;
}

/** Without git: the commands need none. Their keys lie open, for the thieves of these stories. */
export async function enterWithKey(stage: Stage, name: string): Promise<Keyed> {
  const person = await Person.enter(stage, name, { hasGit: false });
  return { person, ...(await makeKey(person)) };
}

/** A key of a person who may have others. */
export async function makeKey(person: Person, name = 'key'): Promise<Omit<Keyed, 'person'>> {
  const key = await makePlainKey(person, name);
  return { key, hand: await readHandKey(person.path(`${name}.json`)) };
}

/** Gives them tokens, one after the other; they clone at once, verified from the root. */
export async function join<People extends Record<string, Keyed>>(
  { operator, server, root }: Repository,
  people: People,
): Promise<Record<keyof People, Signer>> {
  const joining: Promise<[string, Signer]>[] = [];
  for (const [name, keyed] of Object.entries(people)) {
    const holder = await giveToken(operator, server, keyed.person, ...everything);
    joining.push(clone(holder, root, keyed).then((signer) => [name, signer]));
  }
  return Object.fromEntries(await Promise.all(joining)) as Record<keyof People, Signer>;
}

async function clone(holder: Holder, root: string, keyed: Keyed): Promise<Signer> {
  const { person, key } = keyed;
  await person.tuf(
    ...['clone', holder.console, 'work', '--root', root],
    ...['--key', key.uri, '--token-file', holder.tokenFile],
  );
  return { ...keyed, name: person.name, holder, work: person.in('work') };
}

/** Does something that others have to sign too, who are then asked. @returns who is missing */
export async function ask(work: Person, ...args: readonly string[]): Promise<string> {
  return refusalIn(await work.tryTuf(...args, '--yes'), 'workspace.waiting');
}
