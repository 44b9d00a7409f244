/**
 * Roots that have been replaced, and that clients may hold all the same.
 *
 * A client asks for the next root, then for the timestamp, then for the snapshot, and something may
 * come out between two of its requests. So for a while after a root is out, what is signed holds
 * under the one before as well: where the online key changed, both keys sign.
 */
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import { readState } from '../../core/gate/state.ts';
import type { Document } from '../../core/metadata/document.ts';
import { loadRoot, type DocumentCache } from '../../core/rules/repository.ts';
import type { Generation } from '../record/generation.ts';
import { readPredecessor, type RecordHead } from '../record/record.ts';

/** How long a client may be between two requests of one update. */
const overlapMs = 15 * 60_000;

interface FormerRoot {
  readonly root: Document<'root'>;
  /** Nobody who holds it is still at an update after that. */
  readonly until: Date;
}

export class FormerRoots {
  readonly #git: BareRepository;
  #former: readonly FormerRoot[] = [];

  constructor(git: BareRepository) {
    this.#git = git;
  }

  /** Finds in the record which roots were replaced within the last minutes. @throws `publish.record` */
  async takeUp({ record, repository }: Generation, now: Date): Promise<void> {
    const former: FormerRoot[] = [];
    let { root } = repository;
    let next: RecordHead = record;
    const documents: DocumentCache = new Map();
    while (endOfOverlap(next.publishedAt) > now) {
      const before = await readPredecessor(this.#git, next);
      if (before === undefined) break;
      const earlier = await loadRoot(await readState(this.#git, before.commit), documents);
      if (earlier.signed.version < root.signed.version) {
        former.unshift({ root: earlier, until: endOfOverlap(next.publishedAt) });
      }
      root = earlier;
      next = before;
    }
    this.#former = former;
  }

  /** A root is replaced by the generation that was published then. */
  replace(root: Document<'root'>, publishedAt: Date): void {
    this.#former = [...this.#former, { root, until: endOfOverlap(publishedAt) }];
  }

  /** Those that clients may still hold, oldest first. */
  inUse(now: Date): readonly Document<'root'>[] {
    this.#former = this.#former.filter(({ until }) => until > now);
    return this.#former.map(({ root }) => root);
  }
}

export function endOfOverlap(publishedAt: Date): Date {
  return new Date(publishedAt.getTime() + overlapMs);
}
