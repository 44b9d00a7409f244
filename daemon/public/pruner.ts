/**
 * Takes away what was published and is no more of use.
 *
 * A client may be between two requests, and what it read last may be cached: so files stay readable
 * for longer than a timestamp lives, and targets that were removed for as long as the operator wants.
 * Roots stay for good. What the operator has withdrawn goes at once.
 *
 * It must not run while a generation is made, which relies on what is there.
 */
import type { Config } from '../../core/home/config.ts';
import type { Log } from '../log.ts';
import { belongsTo } from './current-files.ts';
import type { Generation } from '../record/generation.ts';
import { DigestTable } from './digest-table.ts';
import { digestOf, storedFile, type Manifest } from './manifest.ts';
import { publicTargets } from './public-files.ts';
import { OutdatedFiles } from './outdated.ts';
import type { PublicStore } from './public-store.ts';
import { takeWithdrawals } from './withdrawals.ts';

export interface Retention {
  /** Of metadata, once there is a newer one, in hours. */
  readonly metadataHours: number;
  /** Of target files that no role lists any more, in hours; at least as long as metadata. */
  readonly removedTargetHours: number;
}

/** As the settings want it; but a cached timestamp must never name what is gone. */
export function retentionOf({ retention, timestampLifetimeHours }: Config): Retention {
  const metadataHours = Math.max(retention.metadataHours, 2 * timestampLifetimeHours);
  const removedTargetHours = Math.max(retention.removedTargetHours, metadataHours);
  return { metadataHours, removedTargetHours };
}

export interface PrunerOptions {
  readonly store: PublicStore;
  /** HOME/state */
  readonly stateFolder: string;
  readonly retention: Retention;
  readonly log: Log;
}

const hourMs = 3_600_000;
/** What is taken away in one look: a generation may be waiting. */
const maxAtOnce = 1000;

export class Pruner {
  readonly #options: PrunerOptions;
  readonly #manifest: Manifest;
  #outdated: Promise<OutdatedFiles> | undefined;
  #nextLook = 0;
  #removed = 0;

  constructor(options: PrunerOptions, manifest: Manifest) {
    this.#options = options;
    this.#manifest = manifest;
  }

  /** Is told what a new generation does not have any more. @throws `home.not-writable` */
  async note(names: Iterable<string>, since: Date): Promise<void> {
    await (await this.#opened()).note(names, since);
  }

  /**
   * Does what is due. To be called often: mostly it does nothing.
   * @returns whether anything was taken away
   * @throws `home.not-writable`
   */
  async look(generation: Generation, now: Date): Promise<boolean> {
    const { stateFolder } = this.#options;
    const before = this.#removed;
    await takeWithdrawals(stateFolder, async (names) => {
      const gone = names.filter((name) => !belongsTo(name, generation));
      await this.#remove(gone, 'withdrawn');
    });
    if (now.getTime() >= this.#nextLook) {
      if (this.#nextLook === 0) await this.#findUnknown(generation, now);
      const isAll = await this.#prune(generation, now);
      this.#nextLook = now.getTime() + (isAll ? hourMs : 1);
    }
    return this.#removed > before;
  }

  /** @returns whether nothing more is due */
  async #prune(generation: Generation, now: Date): Promise<boolean> {
    const outdated = await this.#opened();
    const { metadataHours, removedTargetHours } = this.#options.retention;
    const before = (hours: number) => new Date(now.getTime() - hours * hourMs);
    const due = [
      ...outdated.olderThan(before(metadataHours), isMetadata),
      ...outdated.olderThan(before(removedTargetHours), (name) => !isMetadata(name)),
    ];
    const some = due.slice(0, maxAtOnce);
    if (some.length === 0) return true;
    // What came back meanwhile belongs to the generation again.
    await this.#remove(
      some.filter((name) => isOurs(name) && !belongsTo(name, generation)),
      'pruned',
    );
    await outdated.forget(some);
    return some.length === due.length;
  }

  async #remove(names: readonly string[], why: 'pruned' | 'withdrawn'): Promise<void> {
    const { store, log } = this.#options;
    for (const name of names) {
      this.#manifest.delete(name);
      await store.delete(name);
      this.#removed += 1;
      log.info({ file: name }, `public file ${why}`);
    }
    await store.sync();
  }

  /** Files of which nobody noted since when they are outdated: from now on. */
  async #findUnknown(generation: Generation, now: Date): Promise<void> {
    const outdated = await this.#opened();
    if (!outdated.isNew) return;
    const listed = new DigestTable();
    for (const { names } of publicTargets(generation.repository)) {
      for (const name of names) listed.set(digestOf(name), 0);
    }
    const unknown: string[] = [];
    for await (const { name } of this.#options.store.each()) {
      if (!isOurs(name)) continue;
      const isCurrent = isMetadata(name)
        ? belongsTo(name, generation)
        : listed.get(digestOf(name)) !== undefined;
      if (!isCurrent) unknown.push(name);
    }
    await outdated.note(unknown, now);
  }

  #opened(): Promise<OutdatedFiles> {
    this.#outdated ??= OutdatedFiles.open(this.#options.stateFolder);
    return this.#outdated;
  }
}

/** False for what the daemon never makes, as an operator's index.html. */
function isOurs(name: string): boolean {
  return storedFile(name, 0) !== undefined;
}

function isMetadata(name: string): boolean {
  return name.startsWith('metadata/');
}
