import type { ObjectId } from '../../core/git/object-id.ts';
import type { Workspace } from '../../core/git/workspace/workspace.ts';
import { fault } from '../../core/error/error.ts';
import { parseDocument, type Document } from '../../core/metadata/document.ts';
import { rootFile, rootHistoryFile } from '../../core/rules/state.ts';
import { apiBeside, type ServerApi } from '../server/api.ts';
import type { Cli } from '../terminal/cli.ts';
import { verifiedBase, type Base } from './base.ts';
import { refuseOlderMain, rememberMain } from './newest-main.ts';
import {
  forgetPending,
  readPending,
  readSettings,
  readTrustedRoot,
  writeTrustedRoot,
  type WorkspaceSettings,
} from './settings.ts';
import { storedToken } from './token.ts';

/** A maintainer's workspace, opened: the clone, what it remembers, and the root that it trusts. */
export interface Project {
  readonly git: Workspace;
  readonly settings: WorkspaceSettings;
  readonly trusted: Document<'root'>;
  /** Of the server that this was cloned from, where that is one. */
  readonly server: ServerApi | undefined;
  readonly now: Date;
  /** What was verified in this run, by commit. */
  readonly verified: Map<ObjectId, Promise<Base>>;
}

/**
 * Opens the workspace that `cwd` lies in.
 * @param given a token for this run; else the one that `clone` kept is used
 * @throws `workspace.missing`, `workspace.base` when another branch than main is checked out
 */
export async function openProject(cli: Pick<Cli, 'cwd' | 'now'>, given?: string): Promise<Project> {
  const { openWorkspace } = await import('../../core/git/workspace/open-workspace.ts');
  const { dir, stateDir } = await openWorkspace(cli.cwd);
  const [settings, trusted] = [await readSettings(stateDir), await readTrustedRoot(stateDir)];
  const token = given ?? (await storedToken(stateDir));
  const git = await openWorkspace(dir, token === undefined ? {} : { token });
  const server = apiBeside(await git.remoteUrl(), token);
  const branch = await git.branch();
  if (branch === 'main') {
    return { git, settings, trusted, server, now: cli.now(), verified: new Map() };
  }
  throw fault('workspace.base', git.dir, `${branch ?? 'no branch'} is checked out, not main`, {
    hint: 'git switch main',
  });
}

/**
 * What `main` is on the other side, as of the last fetch.
 * @throws `rollback.main` when it lacks what this workspace has verified before
 */
export async function remoteMain(git: Workspace): Promise<ObjectId> {
  const oid = await git.resolve('refs/remotes/origin/main');
  if (oid === undefined) {
    throw fault('workspace.base', git.dir, 'nothing was ever fetched from the remote main');
  }
  await refuseOlderMain(git, oid);
  return oid;
}

/**
 * The commit that drafts build on: HEAD, or what lies below it while HEAD is the commit that `sign`
 * made and that no push has taken along. Signing again replaces that commit.
 */
async function baseCommit(git: Workspace): Promise<ObjectId> {
  const [head, remote, pending] = await Promise.all([
    git.head(),
    remoteMain(git),
    readPending(git.stateDir),
  ]);
  if (pending === undefined) return head;
  if (pending.commit === head && remote !== head) return pending.base;
  await forgetPending(git.stateDir);
  return head;
}

/** The verified base of the drafts here; trust moves along when it is what the remote has. */
export async function projectBase(project: Project): Promise<Base> {
  const { git, trusted } = project;
  const [commit, main] = [await baseCommit(git), await remoteMain(git)];
  if (commit !== main) return baseAt(project, commit, await rootWhenLeft(project, commit, main));
  const base = await baseAt(project, commit);
  await trust(git, base, trusted);
  return base;
}

/**
 * The root to verify a base from. Trust may be ahead of one that main has left behind, as when an
 * event was signed before anything was fetched: then the base stands on a root that is in the
 * history of main now, which verifies from the trusted one before any draft is put there.
 */
async function rootWhenLeft(
  { git, trusted }: Project,
  commit: ObjectId,
  main: ObjectId,
): Promise<Document<'root'>> {
  const bytes = await git.readAt(commit, rootFile);
  if (bytes === undefined || (await git.mergeBase(commit, main)) !== commit) return trusted;
  const root = parseDocument('root', bytes, rootFile);
  const kept = await git.readAt(main, rootHistoryFile(root.signed.version));
  const isOlder = root.signed.version < trusted.signed.version;
  return isOlder && kept?.equals(bytes) === true ? root : trusted;
}

/** Main as it was last fetched, verified; trust moves along. */
export async function verifiedMain(project: Project): Promise<Base> {
  const { git, trusted } = project;
  const main = await baseAt(project, await remoteMain(git));
  await trust(git, main, trusted);
  return main;
}

/** Each commit is verified once in a run: a commit never changes, nor does the root trusted at its start. */
function baseAt(
  { git, trusted, now, verified }: Project,
  commit: ObjectId,
  root = trusted,
): Promise<Base> {
  const known = verified.get(commit) ?? verifiedBase(git, commit, root, now);
  verified.set(commit, known);
  return known;
}

/** Only a state that the remote shows moves trust: what is merely local may never be accepted. */
async function trust(
  git: Workspace,
  { commit, repository: { root } }: Base,
  trusted: Document<'root'>,
): Promise<void> {
  if (root.signed.version > trusted.signed.version) await writeTrustedRoot(git.stateDir, root);
  await rememberMain(git.stateDir, commit);
}
