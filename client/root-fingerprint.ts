import { createHash } from 'node:crypto';
import { rootAuthority } from '../core/metadata/authority.ts';
import { ownerOf } from '../core/metadata/threshold.ts';
import { TrustedSet } from '../core/metadata/trusted-set.ts';

/** SHA-256 of a root's file, in hex: what people compare before they trust. */
export function rootFingerprint(root: Uint8Array): string {
  return createHash('sha256').update(root).digest('hex');
}

/** What a root says of itself. It holds under its own keys, and nothing else vouches for it. */
export interface RootClaims {
  readonly fingerprint: string;
  readonly version: number;
  readonly expires: string;
  readonly threshold: number;
  /** Owners of its keys, or the beginnings of keyids. */
  readonly owners: readonly string[];
}

/** @throws `json.*`, `role.type`, `role.threshold` for a root that does not hold by itself */
export function rootClaims(bytes: Uint8Array): RootClaims {
  const { signed } = TrustedSet.fromRoot(bytes, { referenceTime: new Date(0) }).root;
  const authority = rootAuthority(signed, 'root');
  return {
    fingerprint: rootFingerprint(bytes),
    version: signed.version,
    expires: signed.expires,
    threshold: authority.role.threshold,
    owners: authority.role.keyIDs.map((keyid) => ownerOf(authority, keyid)),
  };
}
