import type { PublicKey } from '../../core/metadata/keys.ts';
import type { Policy } from '../../core/metadata/policy.ts';
import type { Config } from '../../core/home/config.ts';
import type { Signer } from '../../core/signers/signer.ts';

/** A key of a role that people sign. Without a signer it is listed and does not sign today. */
export interface CeremonyKey {
  /** What the operator called it: a key URI or a file of a public key. */
  readonly name: string;
  readonly key: PublicKey;
  readonly signer?: Signer;
}

/** Who signs an offline role, how many must, and how long its first version lives. */
export interface CeremonyRole {
  readonly keys: readonly CeremonyKey[];
  readonly threshold: number;
  readonly expiresDays: number;
}

/** The key of snapshot and timestamp: the signer process opens it again, without a person. */
export interface OnlineKey {
  readonly uri: string;
  readonly key: PublicKey;
}

/** Everything that the making of a repository depends on: keys are open, nothing is left to ask. */
export interface Ceremony {
  readonly root: CeremonyRole;
  readonly targets: CeremonyRole;
  readonly online: OnlineKey;
  readonly policy: Policy & { readonly repository: string };
  readonly config: Config;
  readonly pkcs11Module?: string;
  readonly hasHook: boolean;
  /** The instant of everything: lives are counted from it. */
  readonly now: Date;
}
