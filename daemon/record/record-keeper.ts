/**
 * Moves the record, and knows where it was left: each step is announced in HOME/state before, and
 * confirmed after.
 */
import { fault } from '../../core/error/error.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import {
  announce,
  isExpected,
  readMark,
  unexpected,
  writeMark,
  type RecordMark,
} from './record-mark.ts';
import { recordRef } from '../../core/gate/published.ts';
import { appendRecord } from './record.ts';
import { noVersions, type HighestVersions } from '../publish/versions.ts';

/** Where the record is, seen beside the mark of where it was left. */
export interface RecordPlace {
  readonly tip: ObjectId | undefined;
  readonly mark: RecordMark | undefined;
  /** What to serve: the tip, or where it was left when somebody has moved it since. */
  readonly served: ObjectId | undefined;
  /**
   * True when the repository has nothing of where the record was left: it is an older one, put back
   * from a backup. Whatever it has may be built upon once a floor is named (floor.ts).
   */
  readonly isOlder: boolean;
}

export class RecordKeeper {
  readonly #git: BareRepository;
  readonly #folder: string;
  #mark: RecordMark = { tip: undefined, announced: [] };

  /** @param folder HOME/state */
  constructor(git: BareRepository, folder: string) {
    this.#git = git;
    this.#folder = folder;
  }

  /** The highest versions that were ever announced here. */
  get highest(): HighestVersions {
    return this.#mark.highest ?? noVersions;
  }

  async look(): Promise<RecordPlace> {
    const tip = await this.#git.resolveRef(recordRef);
    const mark = await readMark(this.#folder);
    if (mark === undefined || isExpected(mark, tip)) {
      return { tip, mark, served: tip, isOlder: false };
    }
    const left = await this.#firstThere([...mark.announced.toReversed(), mark.tip]);
    return { tip, mark, served: left ?? tip, isOlder: left === undefined && tip !== undefined };
  }

  /** @throws `publish.record` when somebody has moved the record: nothing may be built upon it */
  goOnFrom({ tip, mark, isOlder }: RecordPlace): void {
    if (mark !== undefined && !isOlder && !isExpected(mark, tip)) throw unexpected(mark, tip);
    this.#mark =
      mark !== undefined && mark.tip === tip
        ? mark
        : { tip, announced: [], highest: mark?.highest };
  }

  /** Durable when it returns: the record may go there. */
  async announce(
    parent: ObjectId | undefined,
    next: ObjectId,
    versions: HighestVersions,
  ): Promise<void> {
    await this.#write(announce({ ...this.#mark, tip: parent }, next, versions));
  }

  /** @throws `repository.stale` */
  async append(parent: ObjectId | undefined, next: ObjectId, time: Date): Promise<void> {
    await appendRecord(this.#git, parent, next, time);
  }

  /** Durable when it returns: the record is there. */
  async confirm(tip: ObjectId): Promise<void> {
    await this.#write({ ...this.#mark, tip, announced: [] });
  }

  async #write(mark: RecordMark): Promise<void> {
    await writeMark(this.#folder, mark);
    this.#mark = mark;
  }

  async #firstThere(oids: readonly (ObjectId | undefined)[]): Promise<ObjectId | undefined> {
    for (const oid of oids) {
      if (oid !== undefined && (await this.#git.info(oid)) !== undefined) return oid;
    }
    return undefined;
  }
}

/** For whoever goes on before it is known where from. */
export function notOpened() {
  return fault('publish.not-ready', recordRef, 'not opened yet');
}
