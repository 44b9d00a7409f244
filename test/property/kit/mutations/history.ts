/** The commits of a push, and how they follow each other. */
import { roleFile } from '../../../../core/rules/state.ts';
import type { Tree } from '../../../kit/source-tree.ts';
import type { Choices } from '../choices.ts';
import { Draft, type State } from '../draft.ts';
import { randomCommit } from '../random-history.ts';
import { plainFiles, pushOf, type Mutation, type Push, type PushedCommit } from './push.ts';

/** What people do all day. */
export const doRightly: Mutation = (tip, choices) => {
  const { state, words } = randomCommit(tip, choices);
  return pushOf(`done rightly: ${words.join(', ')}`, state.tree);
};

export const changeHistory: Mutation = (tip, choices) => choices.of(ways)(tip, choices);

const ways: readonly Mutation[] = [
  (tip, choices) => {
    const first = randomCommit(tip, choices).state;
    return pushOf('two good commits', first.tree, randomCommit(first, choices).state.tree);
  },
  (tip, choices) => {
    const first = randomCommit(tip, choices).state;
    return pushOf('done and undone', first.tree, tip.tree);
  },
  (tip, choices) => {
    const first = randomCommit(tip, choices).state;
    return pushOf('two commits as one', randomCommit(first, choices).state.tree);
  },
  (tip, choices) => {
    const good = randomCommit(tip, choices).state;
    return pushOf('a bad commit, mended by the next', broken(good.tree, choices), good.tree);
  },
  (tip) => pushOf('a commit that changes nothing', tip.tree),
  (tip, choices) => withParents(tip, choices, 'none'),
  (tip, choices) => withParents(tip, choices, 'parent of the tip'),
  (tip, choices) => withParents(tip, choices, 'tip and its parent'),
  (tip, choices) => removedAndRemade(tip, choices),
];

function withParents(
  tip: State,
  choices: Choices,
  parents: NonNullable<PushedCommit['parents']>,
): Push {
  const files = plainFiles(randomCommit(tip, choices).state.tree);
  return { words: `a good commit, its parents: ${parents}`, commits: [{ files, parents }] };
}

/** Two commits: a role goes and comes back, at a version that may be the right one. */
function removedAndRemade(tip: State, choices: Choices): Push {
  const draft = new Draft(tip);
  const role = choices.maybeOf(draft.roles().slice(1));
  if (role === undefined) return pushOf('no role to remove', tip.tree);
  const before = new Map(tip.tree);
  before.delete(roleFile(role));
  const again = new Draft(tip);
  again.edit(role);
  return pushOf(`the file of ${role} goes and comes back`, before, again.seal().tree);
}

function broken(tree: Tree, choices: Choices): Tree {
  const copy: Tree = new Map(tree);
  copy.delete(choices.of([...tree.keys()]));
  return copy;
}
