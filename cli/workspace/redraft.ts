/** Making drafts: roles that say something else, as files to write. Nothing is written before it is asked for. */
import { formatDocument } from '../../core/metadata/document.ts';
import { isSameContent, nextVersion } from '../../core/metadata/draft.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { maxOnlineRoleDays, withShorterLife } from '../../core/metadata/policy.ts';
import { onlineRolesOf } from '../../core/rules/online-roles.ts';
import {
  loadRepository,
  type LoadedRepository,
  type LoadedRole,
} from '../../core/rules/repository.ts';
import { draftsOf, unknownRole, type WorkingState } from './drafts.ts';
import { stateOf } from './file-state.ts';
import type { Project } from './project.ts';
import { removeTreeFile, writeTreeFile } from './tree-files.ts';

/** A file to write: the unsigned next version of a role, or the role as the base has it. */
export interface Redraft {
  readonly file: string;
  /** Undefined for a file that goes. */
  readonly bytes: Uint8Array | undefined;
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
  return nextDraft({ base, repository }, current, content, now);
}

/**
 * The role's next version, with a new expiry, whatever it says.
 * @throws `usage.argument` for a role that is not here
 */
export function renewal(
  { base, repository }: Pick<WorkingState, 'base' | 'repository'>,
  name: string,
  now: Date,
): Redraft {
  const current = repository.roles.get(name);
  if (current === undefined) throw unknownRole(name);
  return nextDraft({ base, repository }, current, current.document.signedJson, now);
}

function nextDraft(
  { base, repository }: Pick<WorkingState, 'base' | 'repository'>,
  { name, file }: LoadedRole,
  content: JsonObject,
  now: Date,
): Redraft {
  const isOnline = onlineRolesOf(repository).includes(name);
  const policy = isOnline ? withShorterLife(base.policy, maxOnlineRoleDays) : base.policy;
  const before = base.repository.roles.get(name)?.document.signed.version ?? 0;
  const signed = nextVersion(content, name, before, { now, policy });
  return { file, bytes: formatDocument(signed, []), isDraft: true };
}

/** What is drafted once these edits are made; nothing is written. */
export async function withEdits(
  working: WorkingState,
  edits: readonly Redraft[],
): Promise<WorkingState> {
  const { base } = working;
  const edited = new Map(edits.map(({ file, bytes }) => [file, bytes] as const));
  const files = filesWith(working.files, edits);
  const repository = await loadRepository(stateOf(files), base.cache);
  const drafts = draftsOf(base, repository);
  const changed = [...new Set([...working.changed, ...edited.keys()])].sort();
  const read = async (path: string) =>
    edited.has(path) ? edited.get(path) : await working.read(path);
  return { base, repository, drafts, files, changed, read };
}

/** The working tree's roles as they would be with these files. */
export async function repositoryWith(
  { files, base }: Pick<WorkingState, 'files' | 'base'>,
  edits: readonly Redraft[],
): Promise<LoadedRepository> {
  return loadRepository(stateOf(filesWith(files, edits)), base.cache);
}

function filesWith(
  files: WorkingState['files'],
  edits: readonly Redraft[],
): Map<string, Uint8Array> {
  const after = new Map(files);
  for (const { file, bytes } of edits) {
    if (bytes === undefined) after.delete(file);
    else after.set(file, bytes);
  }
  return after;
}

export async function writeDrafts({ git }: Project, edits: readonly Redraft[]): Promise<void> {
  for (const { file, bytes } of edits) {
    if (bytes === undefined) await removeTreeFile(git.dir, file);
    else await writeTreeFile(git.dir, file, bytes);
  }
}
