import type { Person } from '../../core/git/workspace/workspace.ts';
import type { KeyAccess } from '../../core/signers/open-signer.ts';
import type { OwnKey } from '../workspace/own-keys.ts';
import type { PushOrder } from '../workspace/push.ts';

/** By which keys something is to be signed, and who agrees to it. */
export interface SigningOrder {
  readonly keys: readonly OwnKey[];
  readonly access: KeyAccess;
  /** @param owner of the first key that signs */
  readonly authorOf: (owner: string | undefined) => Person;
  /** Shows the lines and asks; throws for a no. */
  readonly confirm: (lines: readonly string[]) => Promise<void>;
}

/** The same for an open event: what is signed is sent there at once. */
export interface SignEventOrder extends PushOrder, SigningOrder {
  readonly event: string;
}
