/**
 * The record as a list, oldest first: read once, and from then on as far as it has grown. Each entry's
 * message names its versions and its commit of `main`; all else is read when somebody asks for it.
 */
import type { BareRepository } from '../../../core/git/binary/bare-repository.ts';
import { isObjectId, type ObjectId } from '../../../core/git/object-id.ts';

export interface IndexedGeneration {
  /** Of the entry in the record. */
  readonly oid: ObjectId;
  /** The commit of `main`. */
  readonly commit: ObjectId;
  readonly snapshot: number;
  /** By which a generation is called: no two have the same. */
  readonly timestamp: number;
}

export class RecordIndex {
  readonly #git: BareRepository;
  #entries: IndexedGeneration[] = [];

  constructor(git: BareRepository) {
    this.#git = git;
  }

  get entries(): readonly IndexedGeneration[] {
    return this.#entries;
  }

  /** @param tip of the record, or where it was left */
  async readUpTo(tip: ObjectId): Promise<void> {
    const known = this.#entries.at(-1)?.oid;
    if (known === tip) return;
    const all = { limit: Infinity };
    let commits = await this.#git.commitsBetween(known, tip, all);
    if (commits[0]?.parents[0] !== known) {
      // Another record was put in its place: from a backup, say.
      this.#entries = [];
      commits = await this.#git.commitsBetween(undefined, tip, all);
    }
    for (const { oid, message } of commits) {
      const named = /^snapshot (\d+), timestamp (\d+)\n\nof ([0-9a-f]{40})\n/.exec(message);
      const [, snapshot, timestamp, commit = ''] = named ?? [];
      if (!isObjectId(commit)) continue;
      this.#entries.push({
        oid,
        commit,
        snapshot: Number(snapshot),
        timestamp: Number(timestamp),
      });
    }
  }
}
