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
