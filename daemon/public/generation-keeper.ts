import type { Generation } from '../record/generation.ts';
import { keepGeneration, readKeptGeneration, type KeptGeneration } from './kept-generation.ts';
import type { Manifest } from './manifest.ts';

const pauseMs = 10 * 60_000;

/** Keeps what makes the next start quick: now and then, and at the end. */
export class GenerationKeeper {
  readonly #folder: string;
  readonly #manifest: Manifest;
  /** The entry of the record of which all was kept last. */
  #kept: string | undefined;
  #nextAt = 0;

  /** @param folder HOME/state */
  constructor(folder: string, manifest: Manifest) {
    this.#folder = folder;
    this.#manifest = manifest;
  }

  async read(): Promise<KeptGeneration | undefined> {
    const kept = await readKeptGeneration(this.#folder);
    this.#kept = kept?.record;
    return kept;
  }

  /** @param isStale public files went that the one kept last names. @throws `home.not-writable` */
  async keepNowAndThen(generation: Generation, isStale: boolean): Promise<void> {
    if (isStale) this.#kept = undefined;
    if (isStale || performance.now() >= this.#nextAt) await this.keep(generation);
  }

  /** @throws `home.not-writable` */
  async keep(generation: Generation): Promise<void> {
    if (generation.record.oid === this.#kept) return;
    await keepGeneration(this.#folder, generation, this.#manifest.names());
    this.#kept = generation.record.oid;
    this.#nextAt = performance.now() + pauseMs;
  }
}
