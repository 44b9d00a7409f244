import assert from 'node:assert/strict';
import { parseDocument } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { StateEntry, TransitionContext } from '../../core/rules/state.ts';
import type { Verdict } from '../../core/rules/verdict.ts';
import { verifyTransition } from '../../core/rules/verify-transition.ts';
import { changesBetween, memoryState } from './memory-state.ts';
import {
  aliceSigned,
  now,
  people,
  putRole,
  putRoot,
  rootSigned,
  targetsSigned,
  validTree,
  type Tree,
} from './source-tree.ts';

export const start = validTree();
export const context: TransitionContext = {
  receivedAt: now,
  pinnedRoot: parseDocument('root', start.get('metadata/root.json') ?? Buffer.of()),
  onlineKeys: [people.online],
};

/** What the rules say of the step from one tree to another. */
export function verdictOf(
  before: Tree,
  after: Tree,
  more: Partial<TransitionContext> = {},
): Promise<Verdict> {
  const [was, is] = [memoryState(before), memoryState(after)];
  const pinnedRoot = parseDocument(
    'root',
    before.get('metadata/root_history/1.root.json') ?? Buffer.of(),
  );
  const all = { ...context, pinnedRoot, ...more };
  return verifyTransition(was, is, changesBetween(was, is), all);
}

/** The codes of the refusals, sorted, each once. */
export async function codesOf(
  change: (tree: Tree) => void,
  options: {
    odd?: Partial<StateEntry>[];
    context?: Partial<TransitionContext>;
    first?: boolean;
  } = {},
): Promise<string[]> {
  const tree = new Map(start);
  change(tree);
  const before = options.first === true ? undefined : memoryState(start);
  const after = memoryState(tree, options.odd);
  const verdict = await verifyTransition(before, after, changesBetween(before, after), {
    ...context,
    ...options.context,
  });
  return [...new Set(verdict.refusals.map(({ code }) => code))].sort();
}

export async function accepts(change: (tree: Tree) => void): Promise<void> {
  assert.deepEqual(await codesOf(change), []);
}

export const nextAlice = (tree: Tree, changes: JsonObject = {}) => {
  putRole(tree, 'alice', { ...aliceSigned(tree, 2), ...changes }, [people.alice]);
};
export const nextTargets = (tree: Tree, delegations: JsonObject) => {
  putRole(tree, 'targets', { ...targetsSigned(2), delegations }, [people.admin]);
};
export const nextRoot = (tree: Tree, changes: JsonObject, keys = [people.root1, people.root2]) => {
  putRoot(tree, { ...rootSigned(2), ...changes }, keys);
};
export const edit = (tree: Tree, file: string, from: string, to: string) => {
  const text = Buffer.from(tree.get(file) ?? '').toString();
  assert.ok(text.includes(from));
  tree.set(file, Buffer.from(text.replace(from, to)));
};

/** What it is, the codes it is refused with, and the change. */
export type RefusedCase = readonly [
  what: string,
  codes: readonly string[],
  change: (tree: Tree) => void,
];

/** One test for each. */
export function refusesEach(cases: readonly RefusedCase[]): void {
  for (const [what, codes, change] of cases) {
    it(`refuses ${what}`, async () => {
      assert.deepEqual(await codesOf(change), codes);
    });
  }
}
