/** Drafting targets: the file into the workspace, its description into the role that lists it. */
import { editTargets, type FileDescription } from '../../core/metadata/draft.ts';
import { checkTargetPath } from '../../core/rules/path-rules.ts';
import { targetFile } from '../../core/rules/state.ts';
import type { Blob } from '../server/send-blob.ts';
import { belongsInBlobs } from './blobs.ts';
import type { WorkingState } from './drafts.ts';
import { redraft, writeDrafts, type Redraft } from './redraft.ts';
import type { OwnKey } from './own-keys.ts';
import { roleForPath, roleListing } from './place-target.ts';
import type { Project } from './project.ts';
import { refuseFindings } from './refuse.ts';
import { describeFile, readSourceFile } from './target-file.ts';
import { removeTreeFile, writeTreeFile } from './tree-files.ts';

export interface TargetOrder {
  readonly target: string;
  /** Absolute path of the file to take. */
  readonly source: string;
  readonly role: string | undefined;
  readonly keys: readonly OwnKey[];
  /** Brings a file that is too large for git to the server. */
  readonly sendBlob: (blob: Blob) => Promise<void>;
}

export interface DraftedTarget extends FileDescription {
  readonly role: string;
  readonly outcome: 'added' | 'changed' | 'unchanged' | 'as on main';
}

/**
 * @throws `path.form` for a path that the policy's profile does not allow, what `roleForPath` throws,
 *   `usage.argument` for a file that is none
 */
export async function draftTarget(
  project: Project,
  working: WorkingState,
  { target, source, role: wanted, keys, sendBlob }: TargetOrder,
): Promise<DraftedTarget> {
  refuseFindings(checkTargetPath(targetFile(target), target, working.base.policy.profile));
  const { name, document } = roleForPath(working.repository, target, wanted, keys);
  const { bytes, ...file } = await sourceFor(project, source);
  const isListed = Object.hasOwn(document.signed.targets, target);
  const edit = redraft(
    working,
    name,
    (signed) => editTargets(signed, [[target, file]]),
    project.now,
  );
  if (bytes === undefined) {
    await sendBlob({ source, ...file });
    await removeTreeFile(project.git.dir, targetFile(target));
  } else {
    await writeTreeFile(project.git.dir, targetFile(target), bytes);
  }
  if (edit !== undefined) await writeDrafts(project, [edit]);
  return { role: name, outcome: outcomeOf(edit, isListed), ...file };
}

/** Without its bytes where the file is too large for git. */
async function sourceFor(
  project: Project,
  source: string,
): Promise<FileDescription & { readonly bytes?: Uint8Array }> {
  const file = await describeFile(source);
  return belongsInBlobs(project, file.length) ? file : readSourceFile(source);
}

/** @returns the name of the role that listed it */
export async function draftRemoval(
  project: Project,
  working: WorkingState,
  target: string,
  wanted: string | undefined,
): Promise<string> {
  const { name } = roleListing(working.repository, target, wanted);
  const edit = redraft(
    working,
    name,
    (signed) => editTargets(signed, [[target, undefined]]),
    project.now,
  );
  if (edit !== undefined) await writeDrafts(project, [edit]);
  const isListedElsewhere = [...working.repository.roles.values()].some(
    (role) => role.name !== name && Object.hasOwn(role.document.signed.targets, target),
  );
  if (!isListedElsewhere) await removeTreeFile(project.git.dir, targetFile(target));
  return name;
}

function outcomeOf(edit: Redraft | undefined, isListed: boolean): DraftedTarget['outcome'] {
  if (edit === undefined) return 'unchanged';
  if (!edit.isDraft) return 'as on main';
  return isListed ? 'changed' : 'added';
}
