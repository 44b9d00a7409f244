import { delegatedAuthority, rootAuthority } from '../core/metadata/authority.ts';
import type { Document } from '../core/metadata/document.ts';
import { keyOwner } from '../core/metadata/keys.ts';
import { authorisedKey, countSignatures, type Authority } from '../core/metadata/threshold.ts';
import type { TrustedSet, Verified } from '../core/metadata/trusted-set.ts';
import { coveringDelegation, type CoveringDelegation } from './covering-delegation.ts';
import type { TargetInfo } from './target-info.ts';

/** A role on the way to a target: what it says of itself, who trusts it and who signed it. */
export interface Voucher {
  readonly role: string;
  /** The role that delegates to it; `root` for the top-level targets. */
  readonly delegator: string;
  /** What of the delegation covers the target; undefined for the top-level targets, which may list all. */
  readonly delegation: CoveringDelegation | undefined;
  readonly version: number;
  /** As the file has it, in ISO 8601: `2030-07-01T12:00:00Z`. */
  readonly expires: string;
  /** How many different keys must sign. */
  readonly threshold: number;
  /** The keys that the delegator names, in its order. */
  readonly keys: readonly VoucherKey[];
}

export interface VoucherKey {
  /** In hex, mostly; text of the delegator's choice. */
  readonly keyid: string;
  /** Who holds it (`x-tuf-on-ci-keyowner`, as `@alice`), where metadata says so. */
  readonly owner: string | undefined;
  /** As the delegator writes them, known here or not: `ed25519`, `rsassa-pss-sha256`. */
  readonly keytype: string | undefined;
  readonly scheme: string | undefined;
  /** True when it signed this version, and the signature is good. */
  readonly hasSigned: boolean;
}

type TargetsRole = Verified<'targets'>;

/**
 * The roles of a target's chain from `targets` on, each as its delegator vouches for it (TUF 1.0.34 §5.6).
 * @param load gives a role that its delegator verified
 */
export async function vouchersOf(
  info: TargetInfo,
  set: TrustedSet,
  load: (role: string, delegator: TargetsRole | undefined) => Promise<TargetsRole>,
): Promise<readonly Voucher[]> {
  const vouchers: Voucher[] = [];
  let delegator: TargetsRole | undefined;
  for (const [index, role] of info.chain.entries()) {
    const document: TargetsRole = await load(role, delegator);
    vouchers.push(voucherOf(info, index, set, { document, delegator }));
    delegator = document;
  }
  return vouchers;
}

/** The role at that place of a target's chain. */
export function voucherOf(
  { chain, path }: TargetInfo,
  index: number,
  set: TrustedSet,
  { document, delegator }: { document: TargetsRole; delegator: TargetsRole | undefined },
): Voucher {
  const role = chain[index] ?? 'targets';
  const delegation = delegator && coveringDelegation(delegator.signed, role, path);
  const signing = signingOf(document, authorityOver(role, set, delegator));
  return { role, delegator: chain[index - 1] ?? 'root', delegation, ...signing };
}

/** Who may sign a role that this delegator led to; without one, the top-level targets. */
export function authorityOver(
  role: string,
  set: TrustedSet,
  delegator: TargetsRole | undefined,
): Authority {
  if (delegator === undefined) return rootAuthority(set.root.signed, 'targets');
  const authority = delegatedAuthority(delegator.signed, role);
  if (authority !== undefined) return authority;
  throw new RangeError(`${role} was loaded without a delegation`);
}

/** What a role says of itself, who may sign it and who did. */
export type Signing = Pick<Voucher, 'version' | 'expires' | 'threshold' | 'keys'>;

export function signingOf(document: Document, authority: Authority): Signing {
  const { signers, threshold } = countSignatures(document, authority);
  const signed = new Set(signers.map((key) => key.fingerprint));
  const { version, expires } = document.signed;
  return {
    version,
    expires,
    threshold,
    keys: authority.role.keyIDs.map((keyid) => {
      const key = authorisedKey(authority, keyid);
      const hasSigned = key !== undefined && signed.has(key.fingerprint);
      return { ...namedKey(authority, keyid), hasSigned };
    }),
  };
}

/** A key that may sign, as its delegator names it. */
export function namedKey(authority: Authority, keyid: string): Omit<VoucherKey, 'hasSigned'> {
  const key = authorisedKey(authority, keyid);
  const given = Object.hasOwn(authority.keys, keyid) ? authority.keys[keyid] : undefined;
  return {
    keyid,
    owner: key && keyOwner(key.json),
    keytype: given?.keyType,
    scheme: given?.scheme,
  };
}
