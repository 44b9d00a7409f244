/** Drafts: roles of the working tree that differ from the base, and how they are made. */
import { fault } from '../../core/error/error.ts';
import { formatDocument, type Document } from '../../core/metadata/document.ts';
import { isSameContent, nextVersion } from '../../core/metadata/draft.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { roleStatuses, type RoleAuthority } from '../../core/rules/events/event-roles.ts';
import { loadRepository, type LoadedRepository } from '../../core/rules/repository.ts';
import type { SignatureStatus } from '../../core/rules/signature-status.ts';
import type { Base } from './base.ts';
import { stateOf } from './file-state.ts';
import { projectBase, type Project } from './project.ts';
import { readPending } from './settings.ts';
import { readTreeFile, writeTreeFile } from './tree-files.ts';

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
  /** In pre-order: a delegator comes before the roles that it delegates to. */
  readonly drafts: readonly Draft[];
  /** The files under `metadata/`, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Every file of `metadata/` and `targets/` that differs from the base. */
  readonly changed: readonly string[];
}

/** @throws whatever `verifiedBase` does, and `json.*` or `role.missing` for drafts made by hand */
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
  return { base, repository, drafts: draftsOf(base, repository), files, changed };
}

/** A file to write: the unsigned next version of a role, or the role as the base has it. */
export interface Redraft {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** False when the role says again what the base says, so that no draft is left. */
  readonly isDraft: boolean;
}

/**
 * What to write so that a role says something else; undefined when it says that already.
 * @throws `usage.argument` for a role that is not here
 */
export function redraft(
  { base, repository }: Pick<WorkingState, 'base' | 'repository'>,
  name: string,
  edit: (signed: JsonObject) => JsonObject,
  now: Date,
): Redraft | undefined {
  const current = repository.roles.get(name);
  if (current === undefined) throw unknownRole(name);
  const { file, document } = current;
  const content = edit(document.signedJson);
  if (isSameContent(content, document.signedJson)) return undefined;
  const before = base.repository.roles.get(name)?.document;
  if (before !== undefined && isSameContent(content, before.signedJson)) {
    return { file, bytes: before.bytes, isDraft: false };
  }
  const signed = nextVersion(content, name, before?.signed.version ?? 0, {
    now,
    policy: base.policy,
  });
  return { file, bytes: formatDocument(signed, []), isDraft: true };
}

/** The working tree's roles as they would be with these files. */
export async function repositoryWith(
  { files, base }: Pick<WorkingState, 'files' | 'base'>,
  edits: readonly Redraft[],
): Promise<LoadedRepository> {
  const after = new Map([...files, ...edits.map(({ file, bytes }) => [file, bytes] as const)]);
  return loadRepository(stateOf(after), base.cache);
}

export async function writeDrafts({ git }: Project, edits: readonly Redraft[]): Promise<void> {
  for (const { file, bytes } of edits) await writeTreeFile(git.dir, file, bytes);
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

/** The roles of `repository` that the base has otherwise, or not at all. */
export function draftsOf(base: Base, repository: LoadedRepository): readonly Draft[] {
  return [...repository.roles.values()].flatMap((role) => {
    const before = base.repository.roles.get(role.name);
    if (before?.oid === role.oid) return [];
    const { name, file, authority, document } = role;
    return [{ name, file, authorities: [authority], before: before?.document, after: document }];
  });
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
    if (now === undefined ? then !== undefined : then?.equals(now) !== true) changed.push(path);
  }
  return changed;
}
