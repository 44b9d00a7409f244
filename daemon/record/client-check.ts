/** The client's own checks, run before any client can: what fails here is never published. */
import { TufOnGitError } from '../../core/error/error.ts';
import type { Document } from '../../core/metadata/document.ts';
import { factsOf, type RoleFacts } from '../../core/metadata/packed-targets.ts';
import { checkSameRepository } from '../../core/metadata/repository-name.ts';
import { verifyThreshold } from '../../core/metadata/threshold.ts';
import { TrustedSet, type Verified } from '../../core/metadata/trusted-set.ts';
import type { LoadedRepository, LoadedRole } from '../../core/rules/repository.ts';

/** What a client has at the beginning. */
export interface ClientState {
  readonly root: Document<'root'>;
  readonly timestamp?: Document<'timestamp'>;
  readonly snapshot?: Document<'snapshot'>;
}

/** What it is to arrive at. */
export interface PublishedSet {
  readonly repository: LoadedRepository;
  readonly timestamp: Document<'timestamp'>;
  readonly snapshot: Document<'snapshot'>;
}

/**
 * The part of it that no online signature takes part in, to be asked before anything is signed: once
 * the signer has signed a newer set, it renews no older one.
 * @throws what `TrustedSet` throws
 */
export function checkOfflineFollows(
  from: Document<'root'>,
  { roots, root, roles }: LoadedRepository,
  only?: ReadonlySet<string>,
): void {
  const set = TrustedSet.fromRoot(from.bytes, { referenceTime: new Date(0) });
  for (const next of roots) {
    if (next.signed.version > from.signed.version) set.updateRoot(next.bytes);
  }
  for (const role of roles.values()) {
    if (only?.has(role.name) === false) continue;
    verifyThreshold(role.document, role.authority, role.file);
    checkSameRepository(root, role.document, role.file);
  }
}

/**
 * Goes the way of a client (TUF 1.0.34 §5.3–5.6) from one state to the next.
 *
 * Offline roles that have expired do not stop it: that is for their owners to mend, and the way to
 * mend one of them must stay open (each is judged when it is pushed).
 * @param only the roles to load beside their delegators; all when undefined
 * @throws what `TrustedSet` throws
 */
export function checkClientFollows(
  from: ClientState,
  to: PublishedSet,
  now: Date,
  only?: ReadonlySet<string>,
): void {
  const { roots, roles } = to.repository;
  const referenceTime = beforeExpiry(now, [to.repository.root.signed, ...factsOfAll(roles)]);
  const set = TrustedSet.fromRoot(from.root.bytes, { referenceTime });
  for (const root of roots) {
    if (root.signed.version > from.root.signed.version) set.updateRoot(root.bytes);
  }
  set.requireFreshRoot();
  // 5.3.11: a client that has lost an online key drops what it signed
  const start: Partial<ClientState> = set.onlineKeysReplaced ? {} : from;
  const { timestamp, snapshot } = start;
  basis(() => timestamp && set.updateTimestamp(timestamp.bytes));
  set.updateTimestamp(to.timestamp.bytes);
  // Of many roles it is long to read: here it was read from the very bytes that come out.
  basis(() => snapshot && set.updateSnapshot(snapshot, { trustedBytes: true }));
  set.updateSnapshot(to.snapshot);
  loadRoles(set, roles, only);
}

function loadRoles(
  set: TrustedSet,
  roles: ReadonlyMap<string, LoadedRole>,
  only: ReadonlySet<string> | undefined,
): void {
  const wanted = only === undefined ? undefined : withDelegators(only, roles);
  const loaded = new Map<string, Verified<'targets'>>();
  for (const { name, delegator, document } of roles.values()) {
    if (wanted?.has(name) === false) continue;
    const above = loaded.get(delegator);
    const role =
      above === undefined
        ? set.updateTargets(document.bytes)
        : set.updateDelegatedTargets(document.bytes, name, above);
    loaded.set(name, role);
  }
}

function withDelegators(
  names: ReadonlySet<string>,
  roles: ReadonlyMap<string, LoadedRole>,
): ReadonlySet<string> {
  const all = new Set(['targets']);
  for (const name of names) {
    for (let role = roles.get(name); role !== undefined; role = roles.get(role.delegator)) {
      all.add(role.name);
    }
  }
  return all;
}

/**
 * What a client has in its cache may have expired, been replaced, or no longer have the signatures
 * that the new root asks for: it goes on without, and what still holds must not be rolled back.
 */
function basis(update: () => unknown): void {
  try {
    update();
  } catch (error) {
    if (!(error instanceof TufOnGitError)) throw error;
  }
}

function factsOfAll(roles: ReadonlyMap<string, LoadedRole>): RoleFacts[] {
  return [...roles.values()].map(({ document }) => factsOf(document));
}

function beforeExpiry(now: Date, offline: readonly { readonly expires: string }[]): Date {
  const expiries = offline.map(({ expires }) => Date.parse(expires) - 1);
  return new Date(expiries.reduce((least, expiry) => Math.min(least, expiry), now.getTime()));
}
