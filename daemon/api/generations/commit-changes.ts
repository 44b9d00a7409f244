/** What one commit of `main` has of metadata that another had not. */
import { maxRoleBytes } from '../../../core/gate/state.ts';
import type { BareRepository } from '../../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../../core/git/object-id.ts';
import { parseDocument, type Document } from '../../../core/metadata/document.ts';
import { roleOf, rootFile } from '../../../core/rules/state.ts';
import { goneAnswer, roleChangeAnswer, type RoleChangeAnswer } from '../role-changes.ts';

export interface CommitChanges {
  /** Root first, then targets, then by name. */
  readonly changes: readonly RoleChangeAnswer[];
  /** How many roles more have changed. */
  readonly moreRoles: number;
}

const mostRoles = 100;

/** @param before undefined: everything is new */
export async function commitChanges(
  git: BareRepository,
  before: ObjectId | undefined,
  after: ObjectId,
): Promise<CommitChanges> {
  const [from, to] = [
    before && (await metadataFolder(git, before)),
    await metadataFolder(git, after),
  ];
  if (to === undefined) return { changes: [], moreRoles: 0 };
  const entries = await git.changes(from, to);
  const roles = entries.flatMap(({ path, ...sides }) => {
    const name = path === undefined ? undefined : roleIn(path);
    return name === undefined ? [] : [{ name, ...sides }];
  });
  roles.sort((one, other) => rank(one.name).localeCompare(rank(other.name), 'en'));
  const changes: RoleChangeAnswer[] = [];
  for (const { name, ...sides } of roles.slice(0, mostRoles)) {
    const [was, is] = [
      await read(git, name, sides.before?.oid),
      await read(git, name, sides.after?.oid),
    ];
    const file = `metadata/${name}.json`;
    if (is !== undefined) changes.push(roleChangeAnswer({ name, file, before: was, after: is }));
    else changes.push(goneAnswer(name, was as Document<'targets'> | undefined));
  }
  return { changes, moreRoles: roles.length - changes.length };
}

async function metadataFolder(
  git: BareRepository,
  commit: ObjectId,
): Promise<ObjectId | undefined> {
  return (await git.find(commit, 'metadata'))?.oid;
}

/** @param path below `metadata/` */
function roleIn(path: string): string | undefined {
  const file = `metadata/${path}`;
  return file === rootFile ? 'root' : roleOf(file);
}

function rank(role: string): string {
  const top = ['root', 'targets'].indexOf(role);
  return top < 0 ? `2${role}` : `${top}`;
}

async function read(
  git: BareRepository,
  role: string,
  oid: ObjectId | undefined,
): Promise<Document | undefined> {
  if (oid === undefined) return undefined;
  const bytes = await git.blob(oid, maxRoleBytes, role);
  return parseDocument(role === 'root' ? 'root' : 'targets', bytes, role);
}
