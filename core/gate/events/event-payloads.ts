/** The payloads of an event, past ones among them: by their names, those that are withdrawn with it. */
import type { BareRepository } from '../../git/binary/bare-repository.ts';
import type { Commit } from '../../git/binary/history.ts';
import { objectId, type ObjectId } from '../../git/object-id.ts';
import { parseDocument, type Document } from '../../metadata/document.ts';
import { isFile, isRootVersion, payloadRole, type StateSide } from '../../rules/state.ts';
import { findingOf } from '../../rules/verdict.ts';
import { payloadDigest } from '../../rules/events/withdrawal.ts';
import { maxRoleBytes, readChanges, readState } from '../state.ts';
import { withdrawnName } from './withdrawals.ts';

/** All of `main` since the event began is looked at. */
const allCommits = { limit: Infinity };

/** What any commit of the event has had, less what any commit of `main` has had since. */
export async function eventPayloads(
  repository: BareRepository,
  main: ObjectId,
  tip: ObjectId,
  roles?: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const commits = await repository.commitsBetween(main, tip, allCommits);
  const base = commits[0]?.parents[0] ?? tip;
  const own = await namesOf(repository, await filesOf(repository, base, commits), roles);
  const since = await repository.commitsBetween(base, main, allCommits);
  const landed = await namesOf(repository, await filesChangedBy(repository, since));
  return new Set([...own].filter((name) => !landed.has(name)));
}

/** Whether any of these commits has this payload as that file, whoever has signed it there. */
export async function hadPayload(
  repository: BareRepository,
  commits: readonly Commit[],
  path: string,
  payload: Document,
): Promise<boolean> {
  const digest = payloadDigest(payload);
  const found = await Promise.all(commits.map(({ oid }) => repository.find(oid, path)));
  for (const oid of new Set(found.flatMap((info) => info?.oid ?? []))) {
    const document = await documentOf(repository, oid, path);
    if (document !== undefined && payloadDigest(document) === digest) return true;
  }
  return false;
}

interface RoleFile {
  readonly oid: ObjectId;
  readonly path: string;
}

/**
 * The role files that any commit of an event has and its base has not. Two folders of each are listed
 * and nothing below them, for nobody has judged these commits: a few trees can stand for endless files.
 */
async function filesOf(
  repository: BareRepository,
  base: ObjectId,
  commits: readonly Commit[],
): Promise<readonly RoleFile[]> {
  const known = new Set((await roleFilesAt(repository, base)).map(idOf));
  const files = new Map<string, RoleFile>();
  for (const { oid } of commits) {
    for (const file of await roleFilesAt(repository, oid)) {
      if (!known.has(idOf(file))) files.set(idOf(file), file);
    }
  }
  return [...files.values()];
}

/** One content may be the file of several roles. */
function idOf({ oid, path }: RoleFile): string {
  return `${oid} ${path}`;
}

async function roleFilesAt(
  repository: BareRepository,
  commit: ObjectId,
): Promise<readonly RoleFile[]> {
  const state = await readState(repository, commit);
  const folders = ['metadata', 'metadata/root_history'].map((folder) => state.list(folder));
  return (await Promise.all(folders)).flat().flatMap((entry) => roleFile(entry.path, entry));
}

/** The role files that each of these commits of `main` has changed. */
async function filesChangedBy(
  repository: BareRepository,
  commits: readonly Commit[],
): Promise<readonly RoleFile[]> {
  const files: RoleFile[] = [];
  for (const { oid, parents } of commits) {
    for (const { path, after } of await readChanges(repository, parents[0], oid)) {
      if (after !== undefined) files.push(...roleFile(path, after));
    }
  }
  return files;
}

/** None of a file whose name is no role's: it never lands. */
function roleFile(path = '', side: StateSide): readonly RoleFile[] {
  const isNamed = /^metadata\/(root_history\/)?[A-Za-z0-9._+-]{1,100}\.json$/.test(path);
  return isNamed && isFile(side) ? [{ oid: objectId(side.oid), path }] : [];
}

/** The names of their payloads in the record. */
async function namesOf(
  repository: BareRepository,
  files: readonly RoleFile[],
  roles?: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const names = files.map(async ({ oid, path }) => {
    const role = payloadRole(path);
    if (role === undefined || roles?.has(role) === false) return [];
    const document = await documentOf(repository, oid, path);
    return document === undefined ? [] : [withdrawnName(role, document)];
  });
  return new Set((await Promise.all(names)).flat());
}

/** Undefined for what is no metadata: the commits of an event may hold anything. */
async function documentOf(
  repository: BareRepository,
  oid: ObjectId,
  path: string,
): Promise<Document | undefined> {
  try {
    const bytes = await repository.blob(oid, maxRoleBytes, path);
    return parseDocument(isRootVersion(path) ? 'root' : 'targets', bytes, path);
  } catch (error) {
    findingOf(error);
    return undefined;
  }
}
