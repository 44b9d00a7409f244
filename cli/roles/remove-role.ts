import { dropDelegation } from '../../core/metadata/draft-delegation.ts';
import { fault } from '../../core/error/error.ts';
import { unmarkOnline } from '../../core/rules/online-roles.ts';
import { unknownRole, type WorkingState } from '../workspace/drafts.ts';
import { redraft, withEdits, type Redraft } from '../workspace/redraft.ts';
import { unlistedFiles } from './unlisted-files.ts';

export interface RoleRemoval {
  readonly edits: readonly Redraft[];
  readonly delegator: string;
  /** The role, and those below it. */
  readonly roles: readonly string[];
}

/**
 * Takes a role away: the delegation, its file and those of the roles below it, and the target files
 * that nobody else lists.
 * @throws `usage.argument` for a top-level role, or one that is not here
 */
export async function roleRemoval(
  working: WorkingState,
  name: string,
  now: Date,
): Promise<RoleRemoval> {
  const role = working.repository.roles.get(name);
  if (role?.delegation === undefined) throw role === undefined ? unknownRole(name) : topLevel(name);
  const { delegator } = role;
  const edit = redraft(
    working,
    delegator,
    (signed) => unmarkOnline(dropDelegation(signed, name), name),
    now,
  );
  const delegating = edit === undefined ? [] : [edit];
  const { repository } = await withEdits(working, delegating);
  const gone = [...working.repository.roles.values()].filter(
    (each) => !repository.roles.has(each.name),
  );
  const paths = gone.flatMap(({ document }) => Object.keys(document.signed.targets));
  const files = gone.map(({ file }) => ({ file, bytes: undefined, isDraft: true }));
  return {
    edits: [...delegating, ...files, ...(await unlistedFiles(working, paths, repository))],
    delegator,
    roles: gone.map((each) => each.name),
  };
}

function topLevel(name: string) {
  const message = 'a top-level role is no delegated role: it stays';
  return fault('usage.argument', `role ${name}`, message, {
    hint: 'tuf-on-git role set changes who signs it',
  });
}
