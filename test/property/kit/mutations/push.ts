import type { Tree } from '../../../kit/source-tree.ts';
import type { Choices } from '../choices.ts';
import type { State } from '../draft.ts';
import type { TreeFile } from '../loose-objects.ts';

/** A push to `main`, right or wrong, and what is odd about it in words. */
export interface Push {
  readonly words: string;
  /** Oldest first; `main` is to move to the last. */
  readonly commits: readonly PushedCommit[];
}

export interface PushedCommit {
  readonly files: ReadonlyMap<string, TreeFile>;
  /** The parents of the commit; without it, the one before it or the tip of `main`. */
  readonly parents?: 'none' | 'parent of the tip' | 'tip and its parent';
}

/** One random change to what is at the tip of `main`. */
export type Mutation = (tip: State, choices: Choices) => Push;

export function plainFiles(tree: Tree): Map<string, TreeFile> {
  return new Map([...tree].map(([path, bytes]) => [path, { mode: '100644', bytes }]));
}

export function pushOf(words: string, ...trees: readonly Tree[]): Push {
  return { words, commits: trees.map((tree) => ({ files: plainFiles(tree) })) };
}
