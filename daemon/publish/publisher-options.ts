import type { BlobStore } from '../../core/blobs/blob-store.ts';
import type { Finding } from '../../core/error/error.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Document } from '../../core/metadata/document.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { FloorOptions } from './floor.ts';
import type { Generation } from '../record/generation.ts';
import type { OnlineSigner } from './online-signing.ts';
import type { Retention } from '../public/pruner.ts';
import type { PublicStore } from '../public/public-store.ts';
import type { Arrival } from '../record/record.ts';
import type { Lifetimes } from './renewal.ts';

export interface PublisherOptions {
  readonly git: BareRepository;
  readonly blobs: BlobStore;
  readonly store: PublicStore;
  readonly signer: OnlineSigner;
  readonly pinnedRoot: Document<'root'>;
  /** HOME/state */
  readonly stateFolder: string;
  readonly lifetimes: Lifetimes;
  /** What may hold back a HOME that comes from a backup. */
  readonly floor: Pick<FloorOptions, 'named' | 'witnesses' | 'restoredFile'>;
  readonly retention: Retention;
  readonly log: Log;
  readonly clock: Clock;
  readonly checkpoint?: Checkpoint;
  /** Is told what is no fault, but should not pass silently. */
  readonly notice?: (finding: Finding) => void;
  readonly random?: () => number;
}

/** What a new generation brought, for the log. */
export interface Published {
  readonly generation: Generation;
  readonly changedRoles: number;
  readonly newTargets: number;
}

/** What the next generation is made from. */
export interface Next {
  readonly commit: ObjectId;
  readonly repository: LoadedRepository;
  readonly arrivals: readonly Arrival[];
  readonly changed: ReadonlySet<string>;
  /** Of which other entries than before may count; of all when undefined. */
  readonly touched: ReadonlySet<string> | undefined;
  /** Under which what is signed has to hold. */
  readonly roots: readonly Document<'root'>[];
  /** The keys of the signer. */
  readonly held: readonly PublicKey[];
  readonly now: Date;
}
