import type { FileKey } from '../kit/file-key.ts';
import type { Person } from '../kit/person.ts';
import type { Server } from '../kit/server.ts';

/** What the ceremony leaves behind. */
export interface Scene {
  readonly operator: Person;
  readonly server: Server;
  /** File of the pinned root, and its SHA-256: what people hand on. */
  readonly root: string;
  readonly rootSha256: string;
  /** The one who signs targets. */
  readonly targetsAdmin: Keyed;
}

/** Somebody with a key. */
export interface Keyed {
  readonly person: Person;
  readonly key: FileKey;
}
