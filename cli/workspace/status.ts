import type { ObjectId } from '../../core/git/object-id.ts';
import { signatureStatus, type SignatureStatus } from '../../core/rules/signature-status.ts';
import { commitPaths } from './commit-paths.ts';
import { workingState, type WorkingState } from './drafts.ts';
import { expiryWarnings } from './expiry.ts';
import { remoteMain, type Project } from './project.ts';

/**
 * How a workspace stands to the main that was last fetched: there, one commit of ours ahead, left
 * behind by it while ours was not pushed, or wherever somebody took it by hand.
 */
export type Relation = 'same' | 'ahead' | 'moved' | 'elsewhere';

export interface DraftStatus extends SignatureStatus {
  readonly file: string;
  /** The version that it follows; 0 for a new role. */
  readonly versionOnMain: number;
  readonly expires: string;
  /** False while part of it is only in the working tree. */
  readonly isCommitted: boolean;
}

export interface StatusReport {
  readonly directory: string;
  readonly remote: string;
  readonly head: ObjectId;
  readonly remoteMain: ObjectId;
  readonly relation: Relation;
  readonly rootVersion: number;
  readonly drafts: readonly DraftStatus[];
  /** Changed files that belong to no draft. */
  readonly otherFiles: readonly string[];
  /** What has expired or soon will. */
  readonly expiryWarnings: readonly string[];
}

export async function statusOf(project: Project): Promise<StatusReport> {
  const { git } = project;
  const working = await workingState(project);
  const uncommitted = new Set((await git.changedFiles()).map(({ path }) => path));
  const { changed, removed, strangers } = await commitPaths(project, working);
  const own = new Set([...changed, ...removed]);
  const outside = [...uncommitted].filter((path) => !own.has(path) && !strangers.includes(path));
  return {
    directory: git.dir,
    remote: await git.remoteUrl(),
    head: await git.head(),
    remoteMain: await remoteMain(git),
    relation: await relationOf(project, working),
    rootVersion: working.base.repository.root.signed.version,
    drafts: working.drafts.map((draft) => ({
      ...signatureStatus(draft),
      file: draft.file,
      versionOnMain: draft.before?.signed.version ?? 0,
      expires: draft.after.signed.expires,
      isCommitted: !uncommitted.has(draft.file),
    })),
    otherFiles: [...strangers, ...outside],
    expiryWarnings: expiryWarnings(working.repository, project.now),
  };
}

async function relationOf({ git }: Project, { base }: WorkingState): Promise<Relation> {
  const [head, remote] = [await git.head(), await remoteMain(git)];
  if (head === remote) return 'same';
  if (base.commit === remote) return 'ahead';
  return base.commit === head ? 'elsewhere' : 'moved';
}
