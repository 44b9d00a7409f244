import type { CoveringDelegation } from '../../client/covering-delegation.ts';
import type { TargetInfo } from '../../client/target-info.ts';
import type { Voucher } from '../../client/target-provenance.ts';
import type { Updater } from '../../client/updater.ts';
import type { JsonObject } from '../../core/metadata/json.ts';

/** All that verified metadata says of a target, as `info --json` prints it. */
export interface KnownTarget {
  readonly path: string;
  /** Bytes. */
  readonly length: number;
  readonly hashes: Readonly<Record<string, string>>;
  readonly custom: JsonObject | null;
  /** In the order in which they are asked. */
  readonly urls: readonly string[];
  /** The role that lists it, the last of `chain`. */
  readonly role: string;
  /** From `targets` to the role that lists it. */
  readonly chain: readonly KnownRole[];
}

export interface KnownRole extends Omit<Voucher, 'delegation' | 'keys'> {
  /** Null for the top-level targets, which may list every path. */
  readonly delegation: CoveringDelegation | null;
  readonly keys: readonly {
    readonly keyid: string;
    readonly owner: string | null;
    readonly hasSigned: boolean;
  }[];
}

/** @throws what `Updater.refresh` throws, when a role must be loaded for it */
export async function knownTarget(updater: Updater, info: TargetInfo): Promise<KnownTarget> {
  const { path, length, hashes, custom = null, role } = info;
  const chain = (await updater.vouchersOf(info)).map(knownRole);
  return { path, length, hashes, custom, urls: await updater.urlsOf(info), role, chain };
}

function knownRole({ delegation, keys, ...voucher }: Voucher): KnownRole {
  const named = keys.map(({ keyid, owner = null, hasSigned }) => ({ keyid, owner, hasSigned }));
  return { ...voucher, delegation: delegation ?? null, keys: named };
}
