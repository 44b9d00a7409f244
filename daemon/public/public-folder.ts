/** The public store and the manifest, kept in step: what is in the one may be asked for by the other. */
import type { TargetSources } from '../../core/gate/target-content.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Document } from '../../core/metadata/document.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import type { Generation } from '../record/generation.ts';
import { rolesWithNewEntries, type KeptGeneration } from './kept-generation.ts';
import { DigestTable } from './digest-table.ts';
import { digestOf, storedFile, type Manifest, type PublishedFile } from './manifest.ts';
import {
  metadataEntries,
  metadataFiles,
  offlineFiles,
  outdatedFiles,
  publicTargets,
  removedTargets,
  targetEntries,
  timestampEntry,
  timestampName,
  type MetadataFile,
  type PublicTarget,
  type Roles,
} from './public-files.ts';
import type { PublicStore } from './public-store.ts';
import { putTarget, putTargets } from './put-target.ts';

/** Public files: looking at more of them takes seconds. */
const many = 50_000;

export class PublicFolder {
  readonly #store: PublicStore;
  readonly #sources: TargetSources;
  readonly #manifest: Manifest;

  constructor(store: PublicStore, sources: TargetSources, manifest: Manifest) {
    this.#store = store;
    this.#sources = sources;
    this.#manifest = manifest;
  }

  /**
   * Serves a recorded generation, from memory, beside what there is from those before. Where nothing
   * was kept of it, the store is looked through.
   */
  async show(generation: Generation, kept: KeptGeneration | undefined): Promise<void> {
    const { repository, record } = generation;
    const isOfThis = kept?.record === record.oid;
    const isEmpty = (await this.#store.read(timestampName)) === undefined;
    if (isEmpty || kept === undefined || (!isOfThis && kept.names.lengths.size < many)) {
      this.#manifest.switchTo(await this.#olderFiles(), []);
      this.#manifest.switchTo(entriesOf(generation, undefined), []);
      return;
    }
    this.#manifest.takeUp(kept.names);
    if (!isOfThis) {
      this.#manifest.switchTo(await this.#olderFiles('metadata'), []);
      const targets = publicTargets(repository, rolesWithNewEntries(kept, repository));
      this.#manifest.switchTo(targetEntries(targets), []);
    }
    const entries = metadataEntries(repository, record.snapshot);
    this.#manifest.switchTo([...entries, timestampEntry(record.timestamp)], []);
  }

  /**
   * Puts back what the store lacks of a recorded generation. What it has, right or wrong, is left to
   * the guard (public-guard.ts); of many files that were whole at the end, all of it is.
   */
  async restore(generation: Generation): Promise<void> {
    const { repository, record } = generation;
    if (await this.#isManyAndShown(record.timestamp)) return;
    await this.#restoreTargets(generation);
    for (const { name, document } of metadataFiles(repository, record.snapshot)) {
      if ((await this.#store.seen(name)) === undefined) {
        await this.#store.mend(name, document.bytes);
      }
    }
    await this.#store.sync();
    await this.#publishTimestamp(record.timestamp);
  }

  /** The timestamp is written last: where it is the recorded one, all else was there. */
  async #isManyAndShown({ bytes }: Document<'timestamp'>): Promise<boolean> {
    if (this.#manifest.size < many) return false;
    return (await this.#store.read(timestampName))?.equals(bytes) === true;
  }

  async #restoreTargets({ repository, record }: Generation): Promise<void> {
    const tree = await this.#sources.git.openTree(record.commit);
    const present = new DigestTable();
    for await (const { name, length } of this.#store.each('targets')) {
      present.set(digestOf(name), length);
    }
    for (const target of publicTargets(repository)) {
      const isLost = target.names.every((name) => present.get(digestOf(name)) === undefined);
      if (isLost) await putTarget(this.#store, this.#sources, tree, target);
    }
    await this.#store.sync();
  }

  async #olderFiles(folder?: 'metadata'): Promise<(readonly [string, PublishedFile])[]> {
    return (await this.#store.list(folder)).flatMap(({ name, length }) => {
      const file = storedFile(name, length);
      return file === undefined ? [] : [[name, file] as const];
    });
  }

  /**
   * Stores the target files that a commit adds, and looks whether the names of its metadata are free.
   * What cannot be published has to fail here: once the signer has signed for it, it signs for
   * nothing older any more.
   * @param only the roles whose entries may be new
   * @returns the number of target files that were added
   * @throws `publish.file-changed`, `home.not-writable`, `target.*`
   */
  async prepare(commit: ObjectId, repository: LoadedRepository, only: Roles): Promise<number> {
    const tree = await this.#sources.git.openTree(commit);
    const targets = this.#missingTargets(publicTargets(repository, only));
    const count = await putTargets(this.#store, this.#sources, tree, targets);
    await this.#store.sync();
    for (const { name, document } of this.#missing(offlineFiles(repository, only))) {
      await this.#store.check(name, document.bytes);
    }
    return count;
  }

  /** Writes the metadata that a generation adds; durable when it returns. */
  async write(
    repository: LoadedRepository,
    snapshot: Document<'snapshot'>,
    only: Roles,
  ): Promise<void> {
    for (const { name, document } of this.#missing(metadataFiles(repository, snapshot, only))) {
      await this.#store.put(name, document.bytes);
    }
    await this.#store.sync();
  }

  /**
   * Lets clients see a generation that is recorded: through the manifest, then in the store.
   * @returns the names that it does not have any more
   */
  async switchTo(
    next: Generation,
    before: Generation | undefined,
    only: Roles,
  ): Promise<readonly string[]> {
    const outdated = before === undefined ? [] : outdatedFiles(before, next);
    this.#manifest.switchTo(entriesOf(next, only), outdated);
    await this.#publishTimestamp(next.record.timestamp);
    return before === undefined ? [] : [...outdated, ...removedTargets(before, next, only)];
  }

  #missing(files: readonly MetadataFile[]): readonly MetadataFile[] {
    return files.filter(({ name }) => !this.#manifest.has(name));
  }

  *#missingTargets(targets: Iterable<PublicTarget>): Generator<PublicTarget> {
    for (const target of targets) {
      if (!target.names.every((name) => this.#manifest.has(name))) yield target;
    }
  }

  async #publishTimestamp({ bytes }: Document<'timestamp'>): Promise<void> {
    const current = await this.#store.read(timestampName);
    if (current?.equals(bytes) !== true) await this.#store.replace(timestampName, bytes);
  }
}

function* entriesOf(
  { repository, record }: Generation,
  only: Roles,
): Generator<readonly [string, PublishedFile]> {
  yield* targetEntries(publicTargets(repository, only));
  yield* metadataEntries(repository, record.snapshot, only);
  yield timestampEntry(record.timestamp);
}
