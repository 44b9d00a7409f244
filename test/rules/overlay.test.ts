import assert from 'node:assert/strict';
import { overlayState, revertState } from '../../core/rules/overlay.ts';
import type { RepositoryState } from '../../core/rules/state.ts';
import { changesBetween, memoryState } from '../kit/memory-state.ts';

const treeOf = (files: Record<string, string>) =>
  memoryState(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])));
const textAt = async (state: RepositoryState, path: string) => {
  const entry = await state.find(path);
  return entry && Buffer.from(await state.read(entry)).toString();
};
const names = async (state: RepositoryState, folder: string) =>
  (await state.list(folder)).map(({ shown }) => shown).sort();

describe('a state made of others', () => {
  const base = treeOf({ 'a/one': '1', 'a/two': '2', 'b/three': '3' });
  const was = treeOf({ 'a/one': '1', 'a/two': '2' });
  const is = treeOf({ 'a/one': 'new', 'a/four': '4' });

  it('has the changed paths as one tree has them, the others as the other has them', async () => {
    const state = overlayState(base, changesBetween(was, is), is);
    assert.equal(await textAt(state, 'a/one'), 'new');
    assert.equal(await textAt(state, 'a/two'), undefined);
    assert.equal(await textAt(state, 'b/three'), '3');
    assert.deepEqual(await names(state, 'a'), ['a/four', 'a/one']);
    assert.deepEqual(await names(state, 'b'), ['b/three']);
  });

  it('goes back to what was before the changes', async () => {
    const state = revertState(is, changesBetween(was, is), was);
    assert.equal(await textAt(state, 'a/one'), '1');
    assert.deepEqual(await names(state, 'a'), ['a/one', 'a/two']);
  });
});
