/**
 * Lands signing events that are complete, one after the other, each on the tip of `main` that the one
 * before has left, and ends those that were withdrawn. An event that cannot land, whatever the reason,
 * stands in nobody's way: the log says why, and it is looked at again when it or `main` has moved, or
 * the signer holds other keys.
 */
import type { BlobStore } from '../../core/blobs/blob-store.ts';
import type { Finding } from '../../core/error/error.ts';
import { judgeCandidate } from '../../core/gate/events/judge-candidate.ts';
import {
  eventBranches,
  readMainTip,
  readStanding,
  type EventBranch,
  type EventStanding,
  type MainTip,
} from '../../core/gate/events/read-event.ts';
import { verifyHistory } from '../../core/gate/history.ts';
import {
  completeSince,
  finishLanding,
  moveRefs,
  writeLanding,
} from '../../core/gate/events/landing.ts';
import { withdrawEvent } from '../../core/gate/events/withdraw.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { Ref } from '../../core/git/binary/refs.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Document } from '../../core/metadata/document.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { hasEverybody } from '../../core/rules/events/event-words.ts';
import { eventRefs, pastEventRefs } from '../../core/rules/ref-rules.ts';
import { findingOf } from '../../core/rules/verdict.ts';
import {
  checkWithdrawal,
  rolesWithin,
  type SignedWithdrawal,
} from '../../core/rules/events/withdrawal.ts';
import { usedName } from '../../core/rules/events/event-rules.ts';
import type { Clock } from '../clock.ts';
import { findingFields, type Log } from '../log.ts';
import type { EventWatch } from '../watching/event-watch.ts';
import { landsAt } from './landing-time.ts';

export interface EventLandingsOptions {
  readonly git: BareRepository;
  readonly pinnedRoot: Document<'root'>;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly watch: EventWatch;
}

export interface Landed {
  /** The tip of `main`, with what has landed. */
  readonly main: ObjectId;
  /** Milliseconds until the grace of an event ends; Infinity when none waits for that. */
  readonly dueInMs: number;
}

/**
 * What became of an event at a look: landed, kept waiting until then or until something moves, or to be
 * tried again.
 */
type Outcome = { readonly commit: ObjectId } | { readonly waitsUntil: Date | undefined } | 'again';

export class EventLandings {
  readonly #options: EventLandingsOptions;
  /** By event, for which tips and online keys it was looked at, and until when that holds. */
  readonly #known = new Map<
    string,
    { readonly question: string; readonly until: Date | undefined }
  >();

  constructor(options: EventLandingsOptions) {
    this.#options = options;
  }

  /** The refs that `look` goes by; asked early, for the answer takes a process. */
  refs(): Promise<readonly Ref[]> {
    return this.#options.git.listRefs(eventRefs, pastEventRefs);
  }

  /**
   * @param main a tip that was found good
   * @param onlineKeys those that the signer holds: no root may land that names others
   */
  async look(
    main: ObjectId,
    refs: readonly Ref[],
    onlineKeys: readonly PublicKey[],
  ): Promise<Landed> {
    let tip = main;
    const past = new Map(refs.map(({ name, oid }) => [name, oid]));
    const branches = eventBranches(refs);
    this.#forgetAllBut(branches);
    for (const branch of branches) {
      const outcome = await this.#lookAt(branch, tip, past, onlineKeys);
      if (outcome !== 'again' && 'commit' in outcome) tip = outcome.commit;
    }
    return { main: tip, dueInMs: this.#dueInMs() };
  }

  async #lookAt(
    branch: EventBranch,
    main: ObjectId,
    past: ReadonlyMap<string, ObjectId>,
    onlineKeys: readonly PublicKey[],
  ): Promise<Outcome> {
    const { clock } = this.#options;
    const { name } = branch;
    const keys = onlineKeys.map(({ keyid }) => keyid).sort();
    const question = [main, branch.tip, ...keys].join(' ');
    const known = this.#known.get(name);
    const isDue = known?.until !== undefined && known.until <= clock.now();
    if (known?.question === question && !isDue) return { waitsUntil: known.until };
    const outcome = await this.#tryToLand(branch, main, past, onlineKeys).catch((error: unknown) =>
      this.#failed(branch, error),
    );
    if (outcome !== 'again' && 'waitsUntil' in outcome) {
      this.#known.set(name, { question, until: outcome.waitsUntil });
    } else this.#known.delete(name);
    return outcome;
  }

  /** Of rules once, for they say the same until something moves; all else is tried again. */
  #failed(branch: EventBranch, error: unknown): Outcome {
    try {
      return this.#cannotLand(branch, [findingOf(error)]);
    } catch {
      this.#options.log.warn({ event: branch.name, err: error }, 'the event cannot be looked at');
      return 'again';
    }
  }

  async #tryToLand(
    branch: EventBranch,
    commit: ObjectId,
    past: ReadonlyMap<string, ObjectId>,
    onlineKeys: readonly PublicKey[],
  ): Promise<Outcome> {
    const { git, clock } = this.#options;
    const main = await readMainTip(git, commit);
    const standing = await readStanding(git, branch, main);
    const { event, roles, invitations, withdrawal } = standing;
    const over = past.get(`${pastEventRefs}${branch.name}`);
    if (await finishLanding(git, event, over)) return { waitsUntil: undefined };
    if (over !== undefined) return this.#cannotLand(branch, [usedName(branch.ref)]);
    if (withdrawal !== undefined) return this.#withdraw(standing, withdrawal, main);
    const since = await completeSince(git, standing, main);
    if (since === undefined) {
      this.#options.watch.waits(standing);
      return { waitsUntil: undefined };
    }
    const at = landsAt(main.policy.land, since, hasEverybody(roles, invitations));
    if (at === undefined || at > clock.now()) return { waitsUntil: at };
    return this.#land(standing, onlineKeys);
  }

  async #land({ event }: EventStanding, onlineKeys: readonly PublicKey[]): Promise<Outcome> {
    const { git, pinnedRoot, blobs, clock, log } = this.#options;
    const now = clock.now();
    const context = { pinnedRoot, onlineKeys, blobs };
    const first = await judgeCandidate(git, event, { ...context, receivedAt: now });
    if (first.refusals.length > 0) return this.#cannotLand(event, first.refusals);
    const commit = await writeLanding(git, event, now);
    // The tree that git made of it, by the door that every commit of main goes through.
    const receivedAt = () => Promise.resolve(now);
    const { bad } = await verifyHistory(git, event.main, commit, { ...context, receivedAt });
    if (bad !== undefined) return this.#cannotLand(event, bad.refusals);
    await moveRefs(git, event, commit, now);
    log.info({ event: event.name, tip: event.tip, commit }, 'event landed');
    return { commit };
  }

  /** Where the withdrawal holds no more, the event neither ends nor lands: the operator decides. */
  async #withdraw(
    { event, roles }: EventStanding,
    withdrawal: SignedWithdrawal,
    { state }: MainTip,
  ): Promise<Outcome> {
    const { git, clock, log } = this.#options;
    const { name, tip } = event;
    const faults = await checkWithdrawal(withdrawal, name, roles, state);
    if (faults.length > 0) return this.#cannotLand(event, faults);
    const own = await rolesWithin(withdrawal.keyid, roles, state);
    const names = new Set(own.map((role) => role.name));
    const { payloads } = await withdrawEvent(git, name, clock.now(), names);
    log.info({ event: name, tip, by: withdrawal.keyid, payloads }, 'event withdrawn');
    return { waitsUntil: undefined };
  }

  #cannotLand({ name }: EventBranch, refusals: readonly Finding[]): Outcome {
    for (const refusal of refusals) {
      const fields = { event: name, ...findingFields(refusal) };
      this.#options.log.warn(fields, `the event cannot land: ${refusal.message}`);
    }
    return { waitsUntil: undefined };
  }

  #forgetAllBut(branches: readonly EventBranch[]): void {
    const open = new Set(branches.map(({ name }) => name));
    for (const name of this.#known.keys()) if (!open.has(name)) this.#known.delete(name);
    this.#options.watch.keepOnly(open);
  }

  #dueInMs(): number {
    const now = this.#options.clock.now().getTime();
    const ends = [...this.#known.values()].flatMap(({ until }) => until?.getTime() ?? []);
    return Math.max(0, Math.min(Infinity, ...ends) - now);
  }
}
