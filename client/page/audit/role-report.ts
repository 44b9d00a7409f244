/** What is shown of a role. There is a report of verified roles only. */
import { delegatedAuthority, rootAuthority } from '../../../core/metadata/authority.ts';
import { parseDocument, type Document } from '../../../core/metadata/document.ts';
import { delegatedRoles } from '../../../core/metadata/model.ts';
import { topLevelRoles } from '../../../core/metadata/names.ts';
import { ownerOf } from '../../../core/metadata/threshold.ts';
import type { TrustedSet, Verified } from '../../../core/metadata/trusted-set.ts';
import type { Root, Targets } from '../../../core/metadata/tufjs.ts';
import { authorityOver, signingOf, type Signing } from '../../target-provenance.ts';
import type { MemoryCache } from './memory-cache.ts';
import { answered } from './node/signatures.ts';

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
  /** Of the snapshot: role names and the versions that it vouches for. */
  readonly versions: Readonly<Record<string, number>>;
}

export interface DelegationReport {
  readonly role: string;
  /** Owners of the keys, or the beginnings of keyids. */
  readonly owners: readonly string[];
  readonly threshold: number;
  readonly terminating: boolean;
  readonly paths?: readonly string[];
  readonly pathHashPrefixes?: readonly string[];
  /** True for a bin of succinct roles (TAP 15). */
  readonly isBin: boolean;
}

/** Those that were verified, in the order of their verification. */
export async function topLevelReports(cache: MemoryCache): Promise<readonly RoleReport[]> {
  const root = await cache.read('root');
  if (root === undefined) return [];
  const { signed } = parseDocument('root', root);
  const reports: RoleReport[] = [];
  for (const name of topLevelRoles) {
    const bytes = await cache.read(name);
    if (bytes !== undefined) reports.push(await answered(() => topLevel(name, bytes, signed)));
  }
  return reports;
}

function topLevel(name: (typeof topLevelRoles)[number], bytes: Uint8Array, root: Root): RoleReport {
  const document: Document = parseDocument(name, bytes);
  const signing = signingOf(document, rootAuthority(root, name));
  return report([name], 'root', document, signing, []);
}

/** @param role one that this delegator led to */
export function delegatedReport(
  chain: readonly string[],
  role: Verified<'targets'>,
  set: TrustedSet,
  delegator: Verified<'targets'> | undefined,
): RoleReport {
  const signing = signingOf(role, authorityOver(chain.at(-1) ?? '', set, delegator));
  return report(chain, chain.at(-2) ?? 'root', role, signing, binsOf(role.signed, set));
}

function report(
  chain: readonly string[],
  delegator: string,
  document: Document,
  signing: Signing,
  bins: readonly DelegationReport[],
): RoleReport {
  const isTargets = (given: Document): given is Document<'targets'> => given.type === 'targets';
  const isSnapshot = (given: Document): given is Document<'snapshot'> => given.type === 'snapshot';
  return {
    ...signing,
    role: chain.at(-1) ?? '',
    chain,
    delegator,
    length: document.bytes.length,
    targets: isTargets(document) ? Object.keys(document.signed.targets) : [],
    delegations: isTargets(document) ? [...delegationsOf(document.signed), ...bins] : [],
    versions: isSnapshot(document) ? versionsOf(document) : {},
  };
}

function delegationsOf(targets: Targets): readonly DelegationReport[] {
  return delegatedRoles(targets).map(({ name, terminating, paths, pathHashPrefixes }) => ({
    role: name,
    ...holders(targets, name),
    terminating,
    ...(paths === undefined ? {} : { paths }),
    ...(pathHashPrefixes === undefined ? {} : { pathHashPrefixes }),
    isBin: false,
  }));
}

/** There may be 2^32 of them: the snapshot says which are in use. */
function binsOf(targets: Targets, set: TrustedSet): readonly DelegationReport[] {
  const { succinctRoles } = targets.delegations ?? {};
  if (succinctRoles === undefined) return [];
  const names = Object.keys(set.snapshot?.signed.meta ?? {}).map((file) => file.slice(0, -5));
  return names
    .filter((name) => succinctRoles.isDelegatedRole(name))
    .map((role) => ({ role, ...holders(targets, role), terminating: true, isBin: true }));
}

function holders(targets: Targets, role: string) {
  const authority = delegatedAuthority(targets, role);
  if (authority === undefined) return { owners: [], threshold: 0 };
  const { keyIDs, threshold } = authority.role;
  return { owners: keyIDs.map((keyid) => ownerOf(authority, keyid)), threshold };
}

function versionsOf({ signed }: Document<'snapshot'>): Readonly<Record<string, number>> {
  const meta = Object.entries(signed.meta);
  return Object.fromEntries(meta.map(([file, { version }]) => [file.slice(0, -5), version]));
}
