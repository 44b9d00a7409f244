/** What is shown of a role. There is a report of verified roles only. */
import { delegatedAuthority, rootAuthority } from '../../../core/metadata/authority.ts';
import { parseDocument, type Document } from '../../../core/metadata/document.ts';
import { delegatedRoles } from '../../../core/metadata/model.ts';
import { topLevelRoles } from '../../../core/metadata/names.ts';
import { ownerOf } from '../../../core/metadata/threshold.ts';
import type { TrustedSet, Verified } from '../../../core/metadata/trusted-set.ts';
import type { Root, Snapshot, Targets } from '../../../core/metadata/tufjs.ts';
import { authorityOver, namedKey, signingOf, type Signing } from '../../target-provenance.ts';
import type { MemoryCache } from './memory-cache.ts';
import { answered } from './node/signatures.ts';

type TargetsRole = Verified<'targets'>;

export interface RoleReport extends Signing {
  readonly role: string;
  /** Role names from `targets` to it; for root, timestamp and snapshot nothing but their name. */
  readonly chain: readonly string[];
  /** Who says which keys may sign it. */
  readonly delegator: string;
  /** Of its file, in bytes. */
  readonly length: number;
  /** Of a targets role. */
  readonly targets: readonly string[];
  readonly delegations: readonly DelegationReport[];
  /** When the refresh began that last found it to be the newest; undefined when none has yet. */
  readonly verifiedAt: Date | undefined;
  /** False when the last refresh did not get as far: it was verified earlier, and is not renewed since. */
  readonly isCurrent: boolean;
  /** Of the snapshot: role names and the versions that it vouches for. */
  readonly versions: Readonly<Record<string, number>>;
}

export interface DelegationReport {
  readonly role: string;
  /** Owners of the keys, or the beginnings of keyids. */
  readonly owners: readonly string[];
  readonly keys: readonly DelegatedKey[];
  readonly threshold: number;
  readonly terminating: boolean;
  readonly paths?: readonly string[];
  readonly pathHashPrefixes?: readonly string[];
  /** True for a bin of succinct roles (TAP 15). */
  readonly isBin: boolean;
}

/** A key that may sign a delegated role. */
export type DelegatedKey = ReturnType<typeof namedKey>;

/** How well what is reported is known at this moment. */
export type Standing = Pick<RoleReport, 'verifiedAt' | 'isCurrent'>;

/** Those that were verified, in the order of their verification. */
export async function topLevelReports(
  cache: MemoryCache,
  standingOf: (role: string) => Standing,
): Promise<readonly RoleReport[]> {
  const root = await cache.read('root');
  if (root === undefined) return [];
  const { signed } = parseDocument('root', root);
  const snapshot = await cache.read('snapshot');
  const inUse = snapshot === undefined ? [] : namesIn(parseDocument('snapshot', snapshot).signed);
  const reports: RoleReport[] = [];
  for (const name of topLevelRoles) {
    const bytes = await cache.read(name);
    if (bytes === undefined) continue;
    const role = { name, bytes, standing: standingOf(name) };
    reports.push(await answered(() => topLevel(role, signed, inUse)));
  }
  return reports;
}

interface TopLevel {
  readonly name: (typeof topLevelRoles)[number];
  readonly bytes: Uint8Array;
  readonly standing: Standing;
}

/** @param inUse names of roles */
function topLevel({ name, bytes, standing }: TopLevel, root: Root, inUse: readonly string[]) {
  const document: Document = parseDocument(name, bytes);
  const signing = signingOf(document, rootAuthority(root, name));
  return report([name], 'root', document, { ...signing, ...standing }, inUse);
}

/** @param link.delegator the role that led to it; undefined for the top-level targets */
export function delegatedReport(
  chain: readonly string[],
  { document, delegator }: { document: TargetsRole; delegator: TargetsRole | undefined },
  set: TrustedSet,
  standing: Standing,
): RoleReport {
  const signing = signingOf(document, authorityOver(chain.at(-1) ?? '', set, delegator));
  const inUse = set.snapshot === undefined ? [] : namesIn(set.snapshot.signed);
  return report(chain, chain.at(-2) ?? 'root', document, { ...signing, ...standing }, inUse);
}

function report(
  chain: readonly string[],
  delegator: string,
  document: Document,
  known: Signing & Standing,
  inUse: readonly string[],
): RoleReport {
  const isTargets = (given: Document): given is Document<'targets'> => given.type === 'targets';
  const isSnapshot = (given: Document): given is Document<'snapshot'> => given.type === 'snapshot';
  return {
    ...known,
    role: chain.at(-1) ?? '',
    chain,
    delegator,
    length: document.bytes.length,
    targets: isTargets(document) ? Object.keys(document.signed.targets) : [],
    delegations: isTargets(document) ? delegationsOf(document.signed, inUse) : [],
    versions: isSnapshot(document) ? versionsOf(document) : {},
  };
}

function delegationsOf(targets: Targets, inUse: readonly string[]): readonly DelegationReport[] {
  const named = delegatedRoles(targets).map(({ name, terminating, paths, pathHashPrefixes }) => ({
    role: name,
    ...holders(targets, name),
    terminating,
    ...(paths === undefined ? {} : { paths }),
    ...(pathHashPrefixes === undefined ? {} : { pathHashPrefixes }),
    isBin: false,
  }));
  return [...named, ...binsOf(targets, inUse)];
}

/** There may be 2^32 of them: the snapshot says which are in use. All are the same people's. */
function binsOf(targets: Targets, inUse: readonly string[]): readonly DelegationReport[] {
  const { succinctRoles } = targets.delegations ?? {};
  const [first, ...others] = inUse.filter((name) => succinctRoles?.isDelegatedRole(name) === true);
  if (first === undefined) return [];
  const same = { ...holders(targets, first), terminating: true, isBin: true };
  return [first, ...others].map((role) => ({ role, ...same }));
}

function holders(targets: Targets, role: string) {
  const authority = delegatedAuthority(targets, role);
  if (authority === undefined) return { owners: [], keys: [], threshold: 0 };
  const { keyIDs, threshold } = authority.role;
  return {
    owners: keyIDs.map((keyid) => ownerOf(authority, keyid)),
    keys: keyIDs.map((keyid) => namedKey(authority, keyid)),
    threshold,
  };
}

function versionsOf({ signed }: Document<'snapshot'>): Readonly<Record<string, number>> {
  const meta = Object.entries(signed.meta);
  return Object.fromEntries(meta.map(([file, { version }]) => [roleOf(file), version]));
}

const namesIn = ({ meta }: Snapshot): readonly string[] => Object.keys(meta).map(roleOf);
const roleOf = (file: string): string => file.slice(0, -'.json'.length);
