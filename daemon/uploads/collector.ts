/**
 * Takes uploads away that nobody has referred to for long enough. Whatever a commit of any ref has
 * ever listed stays for good.
 *
 * Between a push that is being judged and the move of its ref nobody sees what it refers to. So a file
 * first only leaves the store, where the gate does not find it any more, and comes back if a push that
 * was judged before turns up with it; it is deleted when no such push can be under way any more.
 */
import type { Uploads } from '../../core/blobs/uploads.ts';
import type { MarkedFile } from '../../core/blobs/shelf.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Manifest } from '../public/manifest.ts';
import { mentionedHashes } from './mentions.ts';

export interface CollectorOptions {
  readonly uploads: Uploads;
  readonly git: BareRepository;
  readonly manifest: Manifest;
  readonly clock: Clock;
  readonly log: Log;
  readonly keepHours: number;
}

const hourMs = 3_600_000;
/** Longer than any push takes that was judged before a file left: its deadline is a minute. */
const leavingMs = hourMs;

export class Collector {
  readonly #options: CollectorOptions;
  /** Old uploads that are listed, by a role that is not published yet: commits are never forgotten. */
  readonly #listed = new Set<string>();
  /** When files left, as far as this process has seen it. */
  readonly #left = new Map<string, Date>();
  /** Where the refs were when what leaves was last searched for. */
  #refs = '';

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Does what is due. To be called every minute or so: what is public by then frees its quota. */
  async look(): Promise<void> {
    const { uploads, clock, keepHours, log } = this.#options;
    const now = clock.now();
    const olderThan = new Date(now.getTime() - keepHours * hourMs);
    await this.#settleLeaving(now);
    const waiting = await this.#releasePublic();
    await this.#takeOut(waiting, olderThan, now);
    const parts = await uploads.dropParts(olderThan);
    if (parts > 0) log.info({ parts }, 'uploads that did not go on were dropped');
  }

  /** @returns the uploads that are not public */
  async #releasePublic(): Promise<readonly MarkedFile[]> {
    const { uploads, manifest } = this.#options;
    const marked = await uploads.shelf.marked();
    for (const file of marked) {
      if (manifest.hasTarget(file.sha256)) await uploads.shelf.release(file);
    }
    return marked.filter(({ sha256 }) => !manifest.hasTarget(sha256));
  }

  async #takeOut(waiting: readonly MarkedFile[], olderThan: Date, now: Date): Promise<void> {
    const { uploads, git, log } = this.#options;
    const young = new Set(waiting.filter(({ since }) => since >= olderThan).map(hashOf));
    const old = new Set(
      waiting.map(hashOf).filter((hash) => !young.has(hash) && !this.#listed.has(hash)),
    );
    if (old.size === 0) return;
    const listed = await mentionedHashes(git, old);
    for (const sha256 of old) {
      if (listed.has(sha256)) this.#listed.add(sha256);
      else if (await uploads.shelf.takeOut(sha256, olderThan)) {
        this.#left.set(sha256, now);
        log.info({ sha256 }, 'an upload that nothing lists was taken out');
      }
    }
  }

  async #settleLeaving(now: Date): Promise<void> {
    const { uploads, log } = this.#options;
    const leaving = await uploads.shelf.leaving();
    if (leaving.length === 0) return;
    const listed = await this.#listedSince(new Set(leaving));
    for (const sha256 of leaving) {
      const since = this.#left.get(sha256) ?? now;
      this.#left.set(sha256, since);
      if (listed.has(sha256)) {
        await uploads.shelf.bringBack(sha256);
        log.warn({ sha256 }, 'an upload was listed while it was taken out, and is back');
      } else if (now.getTime() - since.getTime() >= leavingMs) {
        await uploads.shelf.delete(sha256);
        this.#left.delete(sha256);
      }
    }
  }

  /** What is listed by now, as long as there is anything new in which it could be. */
  async #listedSince(hashes: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const { git } = this.#options;
    // Read first: what moves meanwhile is looked at the next time.
    const refs = (await git.listRefs()).map(({ name, oid }) => `${oid} ${name}`).join('\n');
    if (refs === this.#refs) return none;
    const listed = await mentionedHashes(git, hashes);
    this.#refs = refs;
    return listed;
  }
}

const none: ReadonlySet<string> = new Set();

function hashOf({ sha256 }: MarkedFile): string {
  return sha256;
}
