/** A target file on its way to clients: from the tree of the commit that lists it, or the blob store. */
import { targetContent, type TargetSources } from '../../core/gate/target-content.ts';
import type { TreeReader } from '../../core/git/binary/tree-reader.ts';
import type { PublicTarget } from './public-files.ts';
import type { PublicStore } from './public-store.ts';

/**
 * Puts a target file into the store, under all its names, if it is what its role says.
 * @param tree of the commit that lists it
 * @throws `target.missing`, `target.length`, `target.hash`, and what the store throws
 */
export async function putTarget(
  store: PublicStore,
  sources: TargetSources,
  tree: TreeReader,
  { path, target, names }: PublicTarget,
): Promise<void> {
  const [first, ...others] = names;
  if (first === undefined) return;
  await store.putStream(first, await targetContent(sources, tree, path, target));
  for (const alias of others) await store.alias(first, alias);
}

/**
 * Puts many, some at a time, each content once: the others become further names of it.
 * @returns how many there were
 * @throws as `putTarget`, at the first that cannot be put
 */
export async function putTargets(
  store: PublicStore,
  sources: TargetSources,
  tree: TreeReader,
  targets: Iterable<PublicTarget>,
): Promise<number> {
  const firsts = new Map<string, Promise<string>>();
  const waiting = targets[Symbol.iterator]();
  let count = 0;
  const put = async (target: PublicTarget): Promise<void> => {
    const content = JSON.stringify([target.target.length, target.target.hashes]);
    const first = firsts.get(content);
    if (first !== undefined) {
      for (const name of target.names) await store.alias(await first, name);
      return;
    }
    const done = putTarget(store, sources, tree, target).then(() => target.names[0] ?? '');
    if (firsts.size < maxRemembered) firsts.set(content, done);
    await done;
  };
  const work = async (): Promise<void> => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      count += 1;
      await put(next.value);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return count;
}

/** Each waits for the disk most of the time. */
const atOnce = 8;
const maxRemembered = 10_000;
