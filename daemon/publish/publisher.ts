/**
 * Makes generations, one at a time, in an order by which a crash at any point leaves a state that
 * the next start goes on from (checkpoint.ts names the points):
 *
 *  1. the target files, under names that are never overwritten;
 *  2. versions above everything that can know of one, the intent in the journal, the signatures;
 *  3. the client's own checks, from the last generation onto this one;
 *  4. the metadata: delegated roles first, the snapshot last;
 *  5. the record, by compare-and-swap, announced before in HOME/state;
 *  6. the switch: the manifest in one go, and the timestamp in the public folder.
 *
 * Until 5 nothing has happened that a client could see. From then on the generation stands, and a
 * start that finds it recorded makes up for 6. What is signed may have leaked, so the signer never
 * again signs for less: whatever can fail because of the commit fails in 1.
 */
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Document } from '../../core/metadata/document.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import type { Checkpoint } from './checkpoint.ts';
import { checkClientFollows, checkOfflineFollows } from '../record/client-check.ts';
import { requireFloor } from './floor.ts';
import { changedRoles, touchedRoles, type Generation } from '../record/generation.ts';
import { FormerRoots } from './former-roots.ts';
import { carryOut, neededSnapshot, type SignedPair } from './intents.ts';
import { Journal, onlineRoles } from './journal.ts';
import { Manifest } from '../public/manifest.ts';
import { GenerationKeeper } from '../public/generation-keeper.ts';
import { rolesNotIn } from '../public/kept-generation.ts';
import { loadNext } from './next-repository.ts';
import { isHeld, keysFor } from './online-signing.ts';
import { PackedRoles } from './packed-roles.ts';
import { Pruner } from '../public/pruner.ts';
import { PublicFolder } from '../public/public-folder.ts';
import type { Next, Published, PublisherOptions } from './publisher-options.ts';
import { lostMark } from '../record/record-mark.ts';
import { notOpened, RecordKeeper, type RecordPlace } from '../record/record-keeper.ts';
import {
  readRecord,
  writeRecord,
  type Arrival,
  type NewRecordEntry,
  type RecordEntry,
} from '../record/record.ts';
import { rootChange } from './root-change.ts';
import { refuseTimeTravel, renewalOf } from './renewal.ts';
import {
  highestOf,
  highestPublished,
  isAbove,
  noVersions,
  versionsOf,
  type HighestVersions,
} from './versions.ts';

export class Publisher {
  readonly manifest = new Manifest();
  readonly #options: PublisherOptions;
  readonly #checkpoint: Checkpoint;
  readonly #jitter: number;
  readonly #public: PublicFolder;
  readonly #record: RecordKeeper;
  readonly #pruner: Pruner;
  readonly #keeper: GenerationKeeper;
  readonly #formerRoots: FormerRoots;
  readonly #documents = new PackedRoles();
  #generation: Generation | undefined;
  #journal: Journal | undefined;
  /** False while record, public files and memory may differ: the record is then taken up again. */
  #isOpen = false;
  /** What the public files knew of at the start: later ones are of our own making. */
  #published: HighestVersions = noVersions;
  #place: RecordPlace | undefined;
  /** What the operator named, once it is known that nothing else stands above the record. */
  #floor: HighestVersions | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#checkpoint = options.checkpoint ?? (() => undefined);
    this.#jitter = (options.random ?? Math.random)();
    this.#record = new RecordKeeper(options.git, options.stateFolder);
    this.#formerRoots = new FormerRoots(options.git);
    this.#public = new PublicFolder(options.store, options, this.manifest);
    this.#pruner = new Pruner(options, this.manifest);
    this.#keeper = new GenerationKeeper(options.stateFolder, this.manifest);
  }

  /** What clients see; undefined before the first generation. */
  get generation(): Generation | undefined {
    return this.#generation;
  }

  /** Serves what the record holds, once it is verified, and asks no more. @throws `publish.record` */
  async show(): Promise<RecordPlace> {
    const place = await this.#record.look();
    if (place.served !== undefined && place.served !== this.#generation?.record.oid) {
      await this.#serve(await readRecord(this.#options.git, place.served));
    }
    return place;
  }

  /**
   * Takes up where the record ends. What it holds is verified and served before anything else. To be
   * called before each `publish`: it does nothing while all is well.
   * @throws `publish.record` when the record is not where it was left: it is served, never built
   *   upon; `publish.journal`
   */
  async open(): Promise<void> {
    if (this.#isOpen) return;
    const { stateFolder, store, pinnedRoot } = this.#options;
    const place = await this.show();
    this.#record.goOnFrom(place);
    if (place.mark === undefined && place.tip !== undefined) {
      this.#options.notice?.(lostMark(stateFolder));
    }
    const journal = await Journal.open(stateFolder);
    const root = this.#generation?.repository.root ?? pinnedRoot;
    this.#published = await highestPublished(store, root);
    if (this.#generation !== undefined) {
      if (!this.#isBehind) await this.#public.restore(this.#generation);
      await this.#formerRoots.takeUp(this.#generation, this.#options.clock.now());
    }
    this.#journal = journal;
    this.#place = place;
    this.#isOpen = true;
  }

  /** What the public files have to be by now; undefined while they are made or not to be touched. */
  get inStep(): Generation | undefined {
    return this.#isOpen && !this.#isBehind ? this.#generation : undefined;
  }

  /** Newer files than those of the record stay: an old record is not to be put in their place. */
  get #isBehind(): boolean {
    return this.#published.timestamp > versionsOf(this.#generation?.record).timestamp;
  }

  /**
   * To be called before the first `publish` of this commit. Asks whoever may know of versions above
   * the record, until nothing speaks against signing; after that it does nothing.
   * @throws `publish.below-floor` until a floor is named, `publish.behind`, `signer.*`
   */
  async requireFloor(commit: ObjectId): Promise<void> {
    if (this.#floor !== undefined) return;
    const [journal, place] = [this.#journal, this.#place];
    if (journal === undefined || place === undefined) throw notOpened();
    const record = this.#generation?.record;
    const repository = await this.#load(commit);
    this.#floor = await requireFloor(
      { record, journal, place, repository },
      { notice: () => undefined, ...this.#options, ...this.#options.floor },
    );
    if (place.isOlder && place.tip !== undefined) await this.#record.confirm(place.tip);
  }

  /** Milliseconds until something must be signed, changes or not; 0 when it is due. */
  dueIn(now: Date): number {
    if (this.#generation === undefined || this.#isBelowFloor()) return 0;
    const { snapshot, timestamp } = this.#renewal(this.#generation.record);
    const due = Math.min(snapshot.getTime(), timestamp.getTime());
    return Math.max(0, due - now.getTime());
  }

  /** True when this commit, or the time, calls for a new generation. */
  isNeeded(commit: ObjectId, now: Date): boolean {
    return this.#generation?.record.commit !== commit || this.dueIn(now) === 0;
  }

  /**
   * Publishes a commit that was found good, or renews what is published when it is the same.
   * @param arrivals how the commits since the last generation came in
   * @throws `publish.*`, `signer.*`, `home.not-writable`; whatever is thrown, what is served stays
   */
  async publish(commit: ObjectId, arrivals: readonly Arrival[]): Promise<Published> {
    const now = this.#options.clock.now();
    const before = this.#generation;
    refuseTimeTravel(before?.record, now);
    const repository = await this.#load(commit);
    const held = await this.#requireKeys(repository);
    const changed = changedRoles(before?.repository, repository);
    const touched = touchedRoles(before?.repository, repository, changed);
    const trusted = before?.repository.root ?? this.#options.pinnedRoot;
    checkOfflineFollows(trusted, repository, before && changed);
    const newTargets = await this.#public.prepare(commit, repository, touched);
    await this.#checkpoint('targets-written');
    await this.#prepareForRoot(repository, held, now);
    const roots = this.#rootsInUse(repository.root, held, now);
    const next = { commit, repository, arrivals, changed, touched, roots, held, now };
    const generation = await this.#make(next);
    this.#documents.keepOnly(repository);
    return { generation, changedRoles: changed.size, newTargets };
  }

  /** The last generation is signed anew where it would not hold under a root that is to come. */
  async #prepareForRoot(
    next: LoadedRepository,
    held: readonly PublicKey[],
    now: Date,
  ): Promise<void> {
    const before = this.#generation;
    if (before === undefined) return;
    const change = rootChange(before, next, held, now);
    if (change?.roots !== undefined) {
      const { repository, record } = before;
      const { roots } = change;
      const { commit } = record;
      const none = new Set<string>();
      const same = { arrivals: [], changed: none, touched: none };
      await this.#make({ commit, repository, ...same, roots, held, now });
    }
    if (change !== undefined) this.#options.notice?.(change.notice);
  }

  /** The root of the generation that is made, and those that clients may still hold. */
  #rootsInUse(
    root: Document<'root'>,
    held: readonly PublicKey[],
    now: Date,
  ): readonly Document<'root'>[] {
    const last = this.#generation?.repository.root ?? root;
    const former = [...this.#formerRoots.inUse(now), last].filter((each) => isHeld(each, held));
    return [...new Set([...former, root])];
  }

  async #make(next: Next): Promise<Generation> {
    const { commit, repository, arrivals, changed, touched, now } = next;
    const before = this.#generation;
    const pair = await this.#sign(next);
    const trusted = before && { root: before.repository.root, ...before.record };
    const from = trusted ?? { root: this.#options.pinnedRoot };
    checkClientFollows(from, { repository, ...pair }, now, before && changed);
    const entry = { commit, publishedAt: now, arrivals, ...pair };
    // At the same time: neither is seen by anybody before the record moves.
    const [oid] = await Promise.all([
      writeRecord(this.#options.git, before?.record.oid, entry),
      this.#public.write(repository, pair.snapshot, touched),
    ]);
    await this.#checkpoint('metadata-written');
    this.#isOpen = false;
    const record = await this.#append(oid, entry);
    const generation = { record, repository };
    const outdated = await this.#public.switchTo(generation, before, touched);
    this.#generation = generation;
    if (before !== undefined && before.repository.root !== repository.root) {
      this.#formerRoots.replace(before.repository.root, now);
    }
    await this.#checkpoint('switched');
    await this.#record.confirm(record.oid);
    this.#isOpen = true;
    await this.#pruner.note(outdated, now);
    return generation;
  }

  /** A floor that was named calls for a generation above it, or clients go on waiting for one. */
  #isBelowFloor(): boolean {
    return isAbove(this.#floor ?? noVersions, versionsOf(this.#generation?.record));
  }

  /**
   * Takes away what has been public for long enough: never while a generation is made, nor while it is
   * unknown whether public files are newer than the record.
   */
  async prune(): Promise<void> {
    if (this.#generation === undefined || this.#floor === undefined) return;
    const isPruned = await this.#pruner.look(this.#generation, this.#options.clock.now());
    await this.#keeper.keepNowAndThen(this.#generation, isPruned);
  }

  /** To be called at the end, when no generation is made any more. */
  async close(): Promise<void> {
    if (this.#isOpen && this.#generation !== undefined) await this.#keeper.keep(this.#generation);
  }

  async #serve(record: RecordEntry): Promise<void> {
    const { pinnedRoot: root } = this.#options;
    const kept = this.#generation === undefined ? await this.#keeper.read() : undefined;
    this.#documents.addAll(kept?.roles ?? new Map());
    const repository = await this.#load(record.commit);
    const unknown = kept && rolesNotIn(kept, repository);
    checkClientFollows({ root }, { repository, ...record }, record.publishedAt, unknown);
    const generation = { record, repository };
    await this.#public.show(generation, kept);
    this.#documents.keepOnly(repository);
    this.#generation = generation;
  }

  /** Asked first, so that a signer that is away, or holds other keys, costs no version number. */
  async #requireKeys({ root }: LoadedRepository): Promise<readonly PublicKey[]> {
    const held = await this.#options.signer.publicKeys();
    for (const role of onlineRoles) keysFor(role, [root], held);
    return held;
  }

  async #sign({ commit, repository, changed, roots, held, now }: Next): Promise<SignedPair> {
    const { signer, lifetimes } = this.#options;
    const [journal, floor] = [this.#journal, this.#floor];
    if (journal === undefined || floor === undefined) throw notOpened();
    const before = this.#generation?.record;
    const isDue =
      before !== undefined &&
      (this.#renewal(before).snapshot <= now || floor.snapshot > before.snapshot.signed.version);
    const meta = neededSnapshot(repository, changed, before, roots, isDue);
    const pair = await carryOut(
      { commit, repository, roots, held, before, meta, now },
      {
        journal,
        highest: highestOf(this.#published, this.#record.highest, versionsOf(before)),
        signer,
        lifetimes,
        checkpoint: this.#checkpoint,
      },
    );
    await this.#checkpoint('signed');
    return pair;
  }

  async #append(oid: ObjectId, entry: NewRecordEntry): Promise<RecordEntry> {
    const parent = this.#generation?.record.oid;
    await this.#record.announce(parent, oid, versionsOf(entry));
    await this.#checkpoint('record-announced');
    await this.#record.append(parent, oid, entry.publishedAt);
    await this.#checkpoint('recorded');
    return { ...entry, oid, parent };
  }

  #load(commit: ObjectId): Promise<LoadedRepository> {
    return loadNext(this.#options.git, commit, this.#documents, this.#generation);
  }

  #renewal(record: RecordEntry) {
    return renewalOf(record, this.#options.lifetimes, this.#jitter);
  }
}
