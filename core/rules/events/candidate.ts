/**
 * A signing event, read: what it would make of `main`, and what of it `main` has overtaken.
 *
 * Its paths are those in which `base`, the commit of `main` that it began at, and its tip differ, its
 * state file apart. The candidate is the tip of `main` with these paths as the event has them. A role
 * that `main` has moved on meanwhile is stale: it cannot land before somebody makes it again, as the
 * version after that of `main`. So that it keeps nobody else from signing, the candidate is judged from
 * a ground on which stale roles are still as the base has them; without any, the ground is `main`.
 */
import { TufOnGitError } from '../../error/error.ts';
import { parseDocument } from '../../metadata/document.ts';
import { overlayState } from '../overlay.ts';
import {
  entryOf,
  eventStateFile,
  isFile,
  isRootVersion,
  isSameSide,
  roleOf,
  rootFile,
  type RepositoryState,
  type StateChange,
  type StateSide,
} from '../state.ts';

export interface EventSources {
  readonly base: RepositoryState;
  readonly tip: RepositoryState;
  readonly main: RepositoryState;
  /** What differs between base and tip, folders included. */
  readonly changes: readonly StateChange[];
}

export interface Candidate {
  readonly ground: RepositoryState;
  readonly state: RepositoryState;
  /** What differs between the two; without stale roles these are the changes that landing makes. */
  readonly changes: readonly StateChange[];
  /** Files of roles that `main` has moved on. */
  readonly stale: ReadonlySet<string>;
}

export async function readCandidate({
  base,
  tip,
  main,
  changes,
}: EventSources): Promise<Candidate> {
  const own = changes.filter(({ path }) => path !== eventStateFile);
  const onMain = await changesOn(main, own);
  const reverts = await staleReverts({ base, tip, main }, onMain);
  const ground = reverts.length === 0 ? main : overlayState(main, reverts, base);
  const onGround = reverts.length === 0 ? onMain : await changesOn(ground, own);
  const stale = new Set(reverts.flatMap(({ path }) => path ?? []));
  return { ground, state: overlayState(ground, onGround, tip), changes: onGround, stale };
}

/** The event's changes as changes of this state: what is there already drops out. */
async function changesOn(
  state: RepositoryState,
  changes: readonly StateChange[],
): Promise<readonly StateChange[]> {
  const found: StateChange[] = [];
  for (const change of changes) {
    const there = change.path === undefined ? undefined : await state.find(change.path);
    if (isFolder(change.after ?? change.before)) {
      if (!addsOrEmpties(change, there)) continue;
    } else if (isSameSide(there, change.after)) continue;
    found.push({ ...change, before: there && { mode: there.mode, oid: there.oid } });
  }
  return found;
}

/** A folder follows from what is in it, unless it is new, or the event takes all that it holds. */
function addsOrEmpties({ before, after }: StateChange, there: StateSide | undefined): boolean {
  return after === undefined ? isSameSide(before, there) : !isFolder(there);
}

/**
 * What puts stale roles back to where the base has them. Of root, any version that both sides made
 * makes all of it stale.
 */
async function staleReverts(
  { base, tip, main }: Omit<EventSources, 'changes'>,
  changes: readonly StateChange[],
): Promise<readonly StateChange[]> {
  const reverts: StateChange[] = [];
  let isRootStale = false;
  for (const change of changes) {
    const { path = '', before } = change;
    const was = await base.find(path);
    if (isSameSide(was, before)) continue;
    isRootStale ||= isRootVersion(path) && was === undefined;
    if (roleOf(path) === undefined || (await isNext(change, tip, main))) continue;
    reverts.push({ ...change, after: was });
  }
  return isRootStale ? [...reverts, ...(await rootReverts(base, main))] : reverts;
}

/** True when somebody has made the role again since: its version follows that of `main`. */
async function isNext(
  change: StateChange,
  tip: RepositoryState,
  main: RepositoryState,
): Promise<boolean> {
  const version = await versionOf(tip, change, change.after);
  const onMain = await versionOf(main, change, change.before);
  return version !== undefined && version === (onMain ?? 0) + 1;
}

/** Undefined for no role; what is malformed is for the rules to say. */
async function versionOf(
  state: RepositoryState,
  change: StateChange,
  side: StateSide | undefined,
): Promise<number | undefined> {
  if (side === undefined || !isFile(side)) return undefined;
  try {
    const bytes = await state.read(entryOf(change, side));
    return parseDocument('targets', bytes, change.shown).signed.version;
  } catch (error) {
    if (error instanceof TufOnGitError && !error.code.startsWith('repository.')) return undefined;
    throw error;
  }
}

async function rootReverts(
  base: RepositoryState,
  main: RepositoryState,
): Promise<readonly StateChange[]> {
  const versions = await main.list('metadata/root_history');
  const entries = [await main.find(rootFile), ...versions];
  const reverts = entries.map(async (entry) => {
    if (entry?.path === undefined) return [];
    const { path, shown } = entry;
    const was = await base.find(path);
    return isSameSide(was, entry) ? [] : [{ path, shown, before: entry, after: was }];
  });
  return (await Promise.all(reverts)).flat();
}

function isFolder(side: StateSide | undefined): boolean {
  return side?.mode === '040000';
}
