/**
 * The changes that came by the API, as git tells of them: commits of `main` and of events that name
 * one, and the records of what was published and withdrawn. Read once, and from then on as far as refs
 * have moved; so nothing is lost with the daemon, and nothing is kept beside the repository.
 */
import { withdrawnEvent, withdrawnRef } from '../../../core/gate/events/withdrawals.ts';
import { recordRef } from '../../../core/gate/published.ts';
import type { BareRepository } from '../../../core/git/binary/bare-repository.ts';
import type { Commit } from '../../../core/git/binary/history.ts';
import type { ObjectId } from '../../../core/git/object-id.ts';
import { eventOf, eventRefs, mainRef, pastEventRefs } from '../../../core/rules/ref-rules.ts';
import { firstAt } from '../first-at.ts';
import { sharedWork } from '../shared-work.ts';
import type { ChangeSeal } from './change-seal.ts';
import { landedEvent, trailersOf } from './trailers.ts';

export interface KnownChange {
  readonly id: string;
  readonly commit: ObjectId;
  /** Undefined for a change of `main`. */
  readonly event: string | undefined;
  /** The token that sent it. */
  readonly by: string;
  readonly at: Date;
  readonly message: string;
  /** SHA-256 of the request's body, in hex. */
  readonly body: string;
}

const allCommits = { limit: Infinity };

export class ChangeHistory {
  readonly #git: BareRepository;
  readonly #seal: ChangeSeal;
  #main: Line = emptyLine();
  #record: { tip: ObjectId | undefined; readonly published: { at: number; version: number }[] } = {
    tip: undefined,
    published: [],
  };
  #withdrawals: { tip: ObjectId | undefined; readonly events: Set<string> } = {
    tip: undefined,
    events: new Set(),
  };
  readonly #events = new Map<string, { tip: ObjectId; changes: readonly KnownChange[] }>();
  #sorted: readonly KnownChange[] | undefined;
  /** Reads as far as refs have moved. */
  readonly refresh: () => Promise<void>;

  constructor(git: BareRepository, seal: ChangeSeal) {
    this.#git = git;
    this.#seal = seal;
    this.refresh = sharedWork(() => this.#read());
  }

  /** Of several commits with one id the first counts. */
  async find(id: string): Promise<KnownChange | undefined> {
    await this.refresh();
    return this.#known(id);
  }

  /** Whether it was there at the last look. */
  has(id: string): boolean {
    return this.#known(id) !== undefined;
  }

  /** Newest first; sorted when refs have moved. */
  async list(): Promise<readonly KnownChange[]> {
    await this.refresh();
    // Those of one second stay in the order of main.
    this.#sorted ??= [...this.#main.changes.values(), ...this.#ofEvents()]
      .reverse()
      .sort((one, other) => other.at.getTime() - one.at.getTime());
    return this.#sorted;
  }

  /**
   * The version of the first snapshot that holds a change; undefined before there is one. A change of an
   * event is published when its event has landed.
   */
  generationOf({ commit, event }: KnownChange): number | undefined {
    const at = event === undefined ? this.#main.places.get(commit) : this.#main.landed.get(event);
    if (at === undefined) return undefined;
    const { published } = this.#record;
    return published[firstAt(published, (each) => each.at >= at)]?.version;
  }

  /** Whether it never is published, for its event was withdrawn. */
  isWithdrawn({ event }: KnownChange): boolean {
    return event !== undefined && this.#withdrawals.events.has(event);
  }

  async #read(): Promise<void> {
    const single = [mainRef, recordRef, withdrawnRef];
    const refs = await this.#git.listRefs(...single, eventRefs, pastEventRefs);
    const [main, record, withdrawals] = single.map(
      (ref) => refs.find(({ name }) => name === ref)?.oid,
    );
    if (main === undefined) return;
    await this.#readMain(main);
    await this.#readRecord(record);
    await this.#readWithdrawals(withdrawals);
    const names = new Set<string>();
    for (const { name, oid } of refs) {
      const event = eventOf(name.replace(pastEventRefs, eventRefs));
      if (event === undefined) continue;
      names.add(event);
      if (this.#events.get(event)?.tip !== oid) await this.#readEvent(event, oid, main);
    }
    for (const event of this.#events.keys()) {
      if (names.has(event)) continue;
      this.#events.delete(event);
      this.#sorted = undefined;
    }
  }

  #known(id: string): KnownChange | undefined {
    return this.#main.changes.get(id) ?? this.#ofEvents().find((change) => change.id === id);
  }

  #ofEvents(): readonly KnownChange[] {
    return [...this.#events.values()].flatMap(({ changes }) => changes);
  }

  async #readMain(tip: ObjectId): Promise<void> {
    if (this.#main.tip === tip) return;
    let commits = await this.#git.commitsBetween(this.#main.tip, tip, allCommits);
    if (commits[0]?.parents[0] !== this.#main.tip) {
      // It was moved back by the operator.
      this.#main = emptyLine();
      this.#record = { tip: undefined, published: [] };
      commits = await this.#git.commitsBetween(undefined, tip, allCommits);
    }
    const { places, landed, changes } = this.#main;
    for (const commit of commits) {
      places.set(commit.oid, places.size);
      const event = landedEvent(commit.message);
      if (event !== undefined && !landed.has(event)) landed.set(event, places.size - 1);
      const change = changeOf(commit, undefined, this.#seal);
      if (change !== undefined && !changes.has(change.id)) changes.set(change.id, change);
    }
    this.#main = { ...this.#main, tip };
    this.#sorted = undefined;
  }

  /** A record names the versions in its message, and the commit of `main`. */
  async #readRecord(tip: ObjectId | undefined): Promise<void> {
    if (tip === undefined || this.#record.tip === tip) return;
    const { published } = this.#record;
    const records = await this.#git.commitsBetween(this.#record.tip, tip, allCommits);
    for (const { message } of records) {
      const [, version, commit] = /^snapshot (\d+),[^]*\nof ([0-9a-f]{40})\n/.exec(message) ?? [];
      const at = this.#main.places.get(commit as ObjectId);
      if (at === undefined || at <= (published.at(-1)?.at ?? -1)) continue;
      published.push({ at, version: Number(version) });
    }
    this.#record = { tip, published };
  }

  async #readWithdrawals(tip: ObjectId | undefined): Promise<void> {
    if (tip === undefined || this.#withdrawals.tip === tip) return;
    const { events } = this.#withdrawals;
    const commits = await this.#git.commitsBetween(this.#withdrawals.tip, tip, allCommits);
    for (const { message } of commits) {
      const event = withdrawnEvent(message);
      if (event !== undefined) events.add(event);
    }
    this.#withdrawals = { tip, events };
  }

  async #readEvent(event: string, tip: ObjectId, main: ObjectId): Promise<void> {
    const commits = await this.#git.commitsBetween(main, tip, allCommits);
    const changes = commits.flatMap((commit) => changeOf(commit, event, this.#seal) ?? []);
    this.#events.set(event, { tip, changes });
    this.#sorted = undefined;
  }
}

/** A branch, read. */
interface Line {
  readonly tip: ObjectId | undefined;
  /** Each commit with its place, from the first. */
  readonly places: Map<ObjectId, number>;
  /** Event → the place of the commit that has landed it. */
  readonly landed: Map<string, number>;
  readonly changes: Map<string, KnownChange>;
}

function emptyLine(): Line {
  return { tip: undefined, places: new Map(), landed: new Map(), changes: new Map() };
}

function changeOf(
  commit: Commit,
  event: string | undefined,
  seal: ChangeSeal,
): KnownChange | undefined {
  const { oid, author, committedAt, message } = commit;
  const by = author.replace(/ <[^>]*>$/, '');
  const trailers = trailersOf(message, by, seal);
  if (trailers === undefined) return undefined;
  const [subject = ''] = message.split('\n');
  return { ...trailers, commit: oid, event, by, at: committedAt, message: subject };
}
