/** What somebody with an account on the server can do to a repository, whatever its hook says. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { tufOnGit } from '../../core/git/binary/person.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { mainRef } from '../../core/rules/ref-rules.ts';
import { runGit } from './git.ts';
import { addRelease, signedOf, type TestHome } from './home.ts';
import { people, putRole, type Tree } from './source-tree.ts';

/** Commits the next version of alice's role onto main, with a key that her delegation does not name. */
export function signedByIntruder(home: TestHome): Promise<ObjectId> {
  return home.commit((tree) => {
    addRelease(tree, 'alice-project/tool/6.6.6/tool.tgz', 'not hers');
    putRole(tree, 'alice', signedOf(tree, 'alice'), [people.stranger]);
  });
}

/** Commits a change of alice's role onto main whose file is not there. */
export async function lackingAFile(home: TestHome): Promise<ObjectId> {
  const { git } = home;
  const [from, blob] = [await home.tip(), await git.writeBlob(Buffer.from('lost'))];
  const tree = await git.writeTree(from, new Map([['metadata/alice.json', blob]]));
  const commit = { tree, parents: [from], message: 'lost', author: tufOnGit, time: new Date() };
  const to = await git.writeCommit(commit);
  await rm(objectFile(home, blob));
  await moveMain(home, to);
  return to;
}

/** Puts commits onto main that change nothing. */
export async function addEmptyCommits({ paths }: TestHome, count: number): Promise<void> {
  const commit = `commit ${mainRef}\ncommitter Intruder <intruder@example.com> now\ndata 0\n`;
  const input = `${commit}from ${mainRef}^0\n${commit.repeat(count - 1)}`;
  const args = ['fast-import', '--quiet', '--date-format=now'];
  const { status, stderr } = await runGit(args, { cwd: paths.repository, input });
  assert.equal(status, 0, stderr);
}

export async function moveMain({ git }: TestHome, to: ObjectId | undefined): Promise<void> {
  const from = await git.resolveRef(mainRef);
  await git.updateRef({ ref: mainRef, from, to, message: 'moved' });
}

/** Where a loose object is. */
export function objectFile({ paths }: TestHome, oid: string): string {
  return path.join(paths.repository, 'objects', oid.slice(0, 2), oid.slice(2));
}

/** Forgets what was committed since the tree was copied: the next commit begins there. */
export function backTo({ tree }: TestHome, copy: Tree): void {
  tree.clear();
  for (const [file, bytes] of copy) tree.set(file, bytes);
}
