/**
 * The one commit of a workspace: all drafts on the base, replaced whenever somebody else signs, so
 * that what is pushed is one transition and no half-signed step.
 */
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Person } from '../../core/git/binary/person.ts';
import { commitPaths } from './commit-paths.ts';
import type { WorkingState } from './drafts.ts';
import type { Project } from './project.ts';
import { readPending, writePending } from './settings.ts';

export async function commitDrafts(
  project: Project,
  working: WorkingState,
  author: Person,
): Promise<ObjectId> {
  const { git, now } = project;
  const { base, drafts } = working;
  const { changed, removed } = await commitPaths(working);
  const [head, pending] = [await git.head(), await readPending(git.stateDir)];
  if (pending?.commit === head) {
    if ((await git.changedFiles([...changed, ...removed])).length === 0) return head;
    await git.rewind(base.commit);
  }
  const message = drafts
    .map(({ name, after }) => `${name}: version ${after.signed.version}`)
    .join('\n');
  const paths = [...changed, ...removed];
  return git.commit({
    ...{ paths: changed, removed, message, author, time: now },
    beforeMove: (commit) =>
      writePending(git.stateDir, { commit, base: base.commit, paths, author }),
  });
}

/** Who commits, as git's own variables say, else the owner of the key that signed (`@alice`). */
export function authorOf(env: NodeJS.ProcessEnv, owner = 'maintainer'): Person {
  const name = owner.replace(/^@/, '');
  return {
    name: env['GIT_AUTHOR_NAME'] ?? name,
    email: env['GIT_AUTHOR_EMAIL'] ?? `${name.replaceAll(/[^A-Za-z0-9._-]/g, '-')}@localhost`,
  };
}
