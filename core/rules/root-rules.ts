/** The chain of roots, from the one that the operator pinned. */
import type { Document } from '../metadata/document.ts';
import type { Fingerprint } from '../metadata/keys.ts';
import { topLevelRoles } from '../metadata/names.ts';
import { readPolicy, type Policy } from '../metadata/policy.ts';
import { rootAuthority } from '../metadata/authority.ts';
import { authorisedKey } from '../metadata/threshold.ts';
import { checkAgreement, checkKnownFields } from './bytes-rules.ts';
import { checkKeyCount, checkKeys } from './key-rules.ts';
import type { LoadedRepository } from './repository.ts';
import { checkRepositoryName, checkSigned } from './role-rules.ts';
import { checkSignatures, checkThreshold } from './signature-rules.ts';
import {
  isFile,
  rootFile,
  rootHistoryFile,
  type StateChange,
  type TransitionContext,
} from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

/**
 * Run when `root.json` or `root_history/` changed, or there is no earlier state.
 * @param before the root of the accepted state
 * @param changes to what that state was: none where a state is judged by itself
 */
export function* checkRoots(
  before: Document<'root'> | undefined,
  after: LoadedRepository,
  changes: readonly StateChange[],
  policy: Policy,
  context: TransitionContext,
): Iterable<RuleFinding> {
  yield* checkHistory(before, after, changes);
  yield* checkPinned(after, context.pinnedRoot);
  const known = before?.signed.version ?? 0;
  for (const [index, root] of after.roots.entries()) {
    if (index < known) continue;
    const file = rootHistoryFile(index + 1);
    yield* checkStep(after.roots[index - 1], root, file);
    yield* checkShape(after.roots[index - 1], root, file);
  }
  yield* checkHeld(after.root, context);
  if (before !== undefined && readPolicy(before.signed).repository !== policy.repository) {
    for (const role of after.roles.values()) {
      yield* checkRepositoryName(role.file, role.document, policy);
    }
  }
}

function* checkHistory(
  before: Document<'root'> | undefined,
  { root, roots }: LoadedRepository,
  changes: readonly StateChange[],
): Iterable<RuleFinding> {
  const newest = root.signed.version;
  const known = before?.signed.version ?? 0;
  const reached = roots.length;
  if (newest < known || (newest > known + 1 && reached <= known)) {
    const hint = `make it ${known + 1}`;
    yield finding('root.version-not-next', rootFile, `version ${newest} follows ${known}`, hint);
  } else if (reached < newest) {
    yield finding('root.history', rootHistoryFile(reached + 1), 'this version of root is missing');
  }
  for (const { path, shown, before: was } of changes) {
    if (was !== undefined && path?.startsWith('metadata/root_history/') === true && isFile(was)) {
      yield finding('root.history', shown, 'root_history only ever grows; this file was changed');
    }
  }
  const same = roots[newest - 1];
  if (same !== undefined && !Buffer.from(same.bytes).equals(root.bytes)) {
    yield finding('root.history', rootHistoryFile(newest), `it must be the same as ${rootFile}`);
  }
}

function* checkPinned(after: LoadedRepository, pinned: Document<'root'>): Iterable<RuleFinding> {
  const same = after.roots[pinned.signed.version - 1];
  if (same === undefined || !Buffer.from(same.bytes).equals(pinned.bytes)) {
    const file = rootHistoryFile(pinned.signed.version);
    yield finding('root.not-pinned', file, 'this is not the root that the operator pinned');
  }
}

/** TUF 1.0.34 §5.3.4 and §5.3.5: signed by the one before and by itself, one version on. */
function* checkStep(
  before: Document<'root'> | undefined,
  after: Document<'root'>,
  file: string,
): Iterable<RuleFinding> {
  const next = (before?.signed.version ?? 0) + 1;
  if (after.signed.version !== next) {
    const message = `version ${after.signed.version} follows ${next - 1}`;
    yield finding('root.version-not-next', file, message, `make it ${next}`);
    return;
  }
  const own = rootAuthority(after.signed, 'root');
  const authorities = before === undefined ? [own] : [rootAuthority(before.signed, 'root'), own];
  yield* checkSignatures(file, after, authorities);
  for (const each of authorities) yield* checkThreshold(file, after, each, 'root.threshold');
}

/** Of every root, not only of the newest: clients go through all of them, and none ever goes away. */
function* checkShape(
  before: Document<'root'> | undefined,
  root: Document<'root'>,
  file: string,
): Iterable<RuleFinding> {
  const policy = readPolicy(root.signed);
  yield* checkAgreement(file, root);
  yield* checkKnownFields(file, root.signedJson);
  yield* checkSigned(file, root, policy);
  yield* checkKeys(file, root.signed.keys, policy);
  if (!root.signed.consistentSnapshot) {
    yield finding('root.consistent-snapshot', file, 'consistent_snapshot must be true');
  }
  yield* checkRoles(root, policy, file);
  yield* checkSharedKeys(root, file);
  const name = before && readPolicy(before.signed).repository;
  if (name !== undefined && name !== policy.repository) {
    yield finding('role.other-repository', file, `a repository keeps its name: ${name}`);
  }
}

function* checkRoles(
  { signed }: Document<'root'>,
  policy: Policy,
  file: string,
): Iterable<RuleFinding> {
  if (Object.keys(signed.roles).sort().join() !== [...topLevelRoles].sort().join()) {
    yield finding('root.roles', file, `root names exactly ${topLevelRoles.join(', ')}`);
  }
  for (const [name, role] of Object.entries(signed.roles)) {
    const where = `${file}#/signed/roles/${name}`;
    yield* checkKeyCount(where, role.keyIDs);
    const unknown = role.keyIDs.find((keyid) => !Object.hasOwn(signed.keys, keyid));
    if (unknown !== undefined) {
      yield finding('delegation.unknown-key', where, `key ${unknown.slice(0, 8)} is not in keys`);
    }
    if (role.threshold > role.keyIDs.length) {
      const message = `${role.keyIDs.length} keys cannot reach a threshold of ${role.threshold}`;
      yield finding('delegation.threshold', where, message);
    }
    const least = name === 'root' || name === 'targets' ? policy.minThreshold[name] : 1;
    if (role.threshold < least) {
      const message = `threshold ${role.threshold} is below the policy’s ${least}`;
      yield finding('root.min-threshold', where, message);
    }
  }
}

/** Else everything freezes: the daemon signs with what its signer holds. */
function* checkHeld(
  root: Document<'root'>,
  { onlineKeys }: TransitionContext,
): Iterable<RuleFinding> {
  if (onlineKeys === undefined) return;
  const held = new Set(onlineKeys.map(({ fingerprint }) => fingerprint));
  for (const [fingerprint, keyid] of fingerprints(root, ['snapshot', 'timestamp'])) {
    if (held.has(fingerprint)) continue;
    const where = `${rootFile}, key ${keyid.slice(0, 8)}`;
    yield finding('root.online-key', where, 'the daemon’s signer does not hold this online key');
  }
}

function* checkSharedKeys(root: Document<'root'>, file: string): Iterable<RuleFinding> {
  const online = fingerprints(root, ['snapshot', 'timestamp']);
  for (const [fingerprint, keyid] of fingerprints(root, ['root', 'targets'])) {
    if (!online.has(fingerprint)) continue;
    const where = `${file}, key ${keyid.slice(0, 8)}`;
    yield finding('key.shared-online', where, 'an online key signs nothing else');
  }
}

/** Public keys of these top-level roles, with a keyid of each. */
export function fingerprints(
  { signed }: Document<'root'>,
  roles: readonly (typeof topLevelRoles)[number][],
): Map<Fingerprint, string> {
  const keys = new Map<Fingerprint, string>();
  for (const name of roles) {
    const authority = rootAuthority(signed, name);
    for (const keyid of authority.role.keyIDs) {
      const key = authorisedKey(authority, keyid);
      if (key !== undefined) keys.set(key.fingerprint, keyid);
    }
  }
  return keys;
}
