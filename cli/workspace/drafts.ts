/** Drafts: root and roles of the working tree that differ from the base. */
import { fault } from '../../core/error/error.ts';
import type { Document } from '../../core/metadata/document.ts';
import {
  roleStatuses,
  rootAuthorities,
  type RoleAuthority,
} from '../../core/rules/events/event-roles.ts';
import {
  loadRepository,
  type LoadedRepository,
  type LoadedRole,
} from '../../core/rules/repository.ts';
import type { SignatureStatus } from '../../core/rules/signature-status.ts';
import { rootFile, rootHistoryFile } from '../../core/rules/state.ts';
import type { Base } from './base.ts';
import { stateOf } from './file-state.ts';
import { refuseConverted } from './line-ends.ts';
import { projectBase, type Project } from './project.ts';
import { readPending } from './settings.ts';
import { readTreeFile } from './tree-files.ts';

/** A role as the working tree or a signing event has it, beside the same role of the base. */
export interface Draft {
  readonly name: string;
  readonly file: string;
  /**
   * Who may sign it, by its delegator as the change has that; for a root the keys of the version
   * before and its own. The threshold of each has to be met.
   */
  readonly authorities: readonly RoleAuthority[];
  /** Undefined for a role that is new. */
  readonly before: Document | undefined;
  readonly after: Document;
}

export interface WorkingState {
  readonly base: Base;
  /** The roles of the working tree; all but the drafts are those of the base. */
  readonly repository: LoadedRepository;
  /** Root, then in pre-order: a delegator comes before the roles that it delegates to. */
  readonly drafts: readonly Draft[];
  /** The files under `metadata/`, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Every file of `metadata/` and `targets/` that differs from the base. */
  readonly changed: readonly string[];
  /** A file as the commit of the drafts would have it; undefined where it has none. */
  read(path: string): Promise<Uint8Array | undefined>;
}

/**
 * @throws whatever `verifiedBase` does; `json.*` or `role.missing` for drafts made by hand;
 *   `workspace.dirty` for metadata whose line ends were converted
 */
export async function workingState(project: Project): Promise<WorkingState> {
  const base = await projectBase(project);
  const changed = await changedSince(project, base);
  const files = new Map(base.files);
  for (const file of changed.filter((path) => path.startsWith('metadata/'))) {
    const bytes = await readTreeFile(project.git.dir, file);
    if (bytes === undefined) files.delete(file);
    else files.set(file, bytes);
  }
  const repository = await loadRepository(stateOf(files), base.cache);
  const read = (path: string) => readTreeFile(project.git.dir, path);
  return { base, repository, drafts: draftsOf(base, repository), files, changed, read };
}

/** Who has signed and who is missing, for each threshold that the draft has to meet. */
export function statusesOf({ name, after, authorities }: Draft): readonly SignatureStatus[] {
  return roleStatuses({ name, document: after, authorities });
}

/** @throws `workspace.nothing-to-do` */
export function requireDrafts({ drafts }: WorkingState): readonly Draft[] {
  if (drafts.length > 0) return drafts;
  throw fault('workspace.nothing-to-do', 'this workspace', 'nothing is drafted here', {
    hint: 'draft a change with tuf-on-git add, remove or role add',
  });
}

export function unknownRole(name: string) {
  return fault('usage.argument', `role ${name}`, 'there is no such role here', {
    hint: 'tuf-on-git role show lists them',
  });
}

/** Root and the roles of `repository` that the base has otherwise, or not at all. */
export function draftsOf(base: Base, repository: LoadedRepository): readonly Draft[] {
  const roles = [...repository.roles.values()].flatMap((role) => {
    const before = base.repository.roles.get(role.name);
    if (before?.oid === role.oid) return [];
    const { name, file, authority, document } = role;
    return [{ name, file, authorities: [authority], before: before?.document, after: document }];
  });
  return [...rootDraft(base.repository.root, repository.root), ...roles];
}

function rootDraft(before: Document<'root'>, after: Document<'root'>): readonly Draft[] {
  if (Buffer.from(before.bytes).equals(after.bytes)) return [];
  const file = rootHistoryFile(after.signed.version);
  return [{ name: 'root', file, authorities: rootAuthorities(before, after), before, after }];
}

/** The files that hold a draft: the newest root is there twice. */
export function filesOfDraft({ name, file }: Draft): readonly string[] {
  return name === 'root' ? [rootFile, file] : [file];
}

/** Roles of the base that are delegated no more. */
export function goneRoles(base: Base, { roles }: LoadedRepository): readonly LoadedRole[] {
  return [...base.repository.roles.values()].filter(({ name }) => !roles.has(name));
}

async function changedSince({ git }: Project, base: Base): Promise<readonly string[]> {
  const [working, pending] = await Promise.all([
    git.changedFiles(['metadata', 'targets']),
    readPending(git.stateDir),
  ]);
  const paths = new Set([...working.map(({ path }) => path), ...(pending?.paths ?? [])]);
  const changed: string[] = [];
  for (const path of [...paths].sort()) {
    const now = await readTreeFile(git.dir, path);
    const then = await git.readAt(base.commit, path);
    if (now === undefined ? then === undefined : then?.equals(now) === true) continue;
    if (now && then && path.startsWith('metadata/')) refuseConverted(path, now, then);
    changed.push(path);
  }
  return changed;
}
