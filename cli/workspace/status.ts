import type { ObjectId } from '../../core/git/object-id.ts';
import type { SignatureStatus } from '../../core/rules/signature-status.ts';
import { commitPaths } from './commit-paths.ts';
import { statusesOf, workingState, type Draft, type WorkingState } from './drafts.ts';
import { eventStatuses, type EventStatus } from '../events/event-status.ts';
import { expiriesOf, type Horizon, type RoleExpiry } from './expiry.ts';
import type { OwnKey } from './own-keys.ts';
import { remoteMain, verifiedMain, type Project } from './project.ts';

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
  readonly events: readonly EventStatus[];
  /** Of main as it was last fetched, the first to expire first. */
  readonly expiries: readonly RoleExpiry[];
}

/** @param keys those that would sign here; looked for only when a signing event is open */
export async function statusOf(
  project: Project,
  keys: () => Promise<readonly OwnKey[]>,
  horizon: Horizon,
): Promise<StatusReport> {
  const { git } = project;
  const working = await workingState(project);
  const main = await verifiedMain(project);
  const uncommitted = new Set((await git.changedFiles()).map(({ path }) => path));
  const { changed, removed, strangers } = await commitPaths(working);
  const own = new Set([...changed, ...removed]);
  const outside = [...uncommitted].filter((path) => !own.has(path) && !strangers.includes(path));
  return {
    directory: git.dir,
    remote: await git.remoteUrl(),
    head: await git.head(),
    remoteMain: await remoteMain(git),
    relation: await relationOf(project, working),
    rootVersion: working.base.repository.root.signed.version,
    drafts: working.drafts.flatMap((draft) => draftStatus(draft, !uncommitted.has(draft.file))),
    otherFiles: [...strangers, ...outside],
    events: await eventStatuses(project, working.base, keys),
    expiries: expiriesOf(main.repository, horizon),
  };
}

function draftStatus(draft: Draft, isCommitted: boolean): readonly DraftStatus[] {
  const { file, before, after } = draft;
  const versionOnMain = before?.signed.version ?? 0;
  const more = { file, versionOnMain, expires: after.signed.expires, isCommitted };
  return statusesOf(draft).map((status) => ({ ...status, ...more }));
}

async function relationOf({ git }: Project, { base }: WorkingState): Promise<Relation> {
  const [head, remote] = [await git.head(), await remoteMain(git)];
  if (head === remote) return 'same';
  if (base.commit === remote) return 'ahead';
  return base.commit === head ? 'elsewhere' : 'moved';
}
