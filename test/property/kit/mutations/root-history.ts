/** The chain of roots, rewritten in the tree. */
import { roleFile, rootHistoryFile } from '../../../../core/rules/state.ts';
import type { Tree } from '../../../kit/source-tree.ts';
import type { Choices } from '../choices.ts';
import { Draft } from '../draft.ts';
import { pushOf, type Mutation } from './push.ts';

export const changeRootHistory: Mutation = (tip, choices) => {
  const next = new Draft(tip);
  next.edit('root');
  const renewed = next.seal();
  const second = new Draft(renewed);
  second.edit('root');
  const { tree } = second.seal();
  const [words, change] = choices.of(historyChanges);
  const newest = renewed.reached.get('root') ?? 1;
  change(tree, newest, choices);
  return pushOf(`roots ${newest} and ${newest + 1}: ${words}`, tree);
};

type HistoryChange = (tree: Tree, newest: number, choices: Choices) => void;

const historyChanges: readonly (readonly [string, HistoryChange])[] = [
  ['both added', () => undefined],
  [
    'the first left out',
    (tree, newest) => {
      tree.delete(rootHistoryFile(newest));
    },
  ],
  [
    'the second left out',
    (tree, newest) => {
      tree.delete(rootHistoryFile(newest + 1));
    },
  ],
  [
    'root.json left at the first',
    (tree, newest) => {
      copy(tree, rootHistoryFile(newest), roleFile('root'));
    },
  ],
  [
    'both alike',
    (tree, newest) => {
      copy(tree, rootHistoryFile(newest + 1), rootHistoryFile(newest));
    },
  ],
  [
    'the first one more in other bytes',
    (tree) => {
      const bytes = tree.get(rootHistoryFile(1));
      tree.set(rootHistoryFile(1), Buffer.concat([bytes ?? Buffer.of(), Buffer.from('\n')]));
    },
  ],
  [
    'an old one gone',
    (tree, newest, choices) => {
      tree.delete(rootHistoryFile(1 + choices.below(newest)));
    },
  ],
  [
    'an old one as root.json',
    (tree) => {
      copy(tree, rootHistoryFile(1), roleFile('root'));
    },
  ],
];

function copy(tree: Tree, from: string, to: string): void {
  const bytes = tree.get(from);
  if (bytes !== undefined) tree.set(to, bytes);
}
