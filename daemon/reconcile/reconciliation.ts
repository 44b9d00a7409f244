/** One look: what `main` and the clock call for, done. */
import { fault, TufOnGitError } from '../../core/error/error.ts';
import type { BlobStore } from '../../core/blobs/blob-store.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { Ref } from '../../core/git/binary/refs.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Document } from '../../core/metadata/document.ts';
import { mainRef } from '../../core/rules/ref-rules.ts';
import type { Alarms } from '../alarms.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { EventLandings } from '../events/event-landings.ts';
import type { OnlineKeys } from '../online-keys.ts';
import { Arrivals } from '../record/arrivals.ts';
import type { OnlineSigner } from '../publish/online-signing.ts';
import type { Published } from '../publish/publisher-options.ts';
import type { PublicGuard } from '../public/public-guard.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { Arrival } from '../record/record.ts';
import { ClockWatch } from '../witness/clock-watch.ts';
import { BadTip } from './bad-tip.ts';
import { Pace } from './pace.ts';
import type { Trigger } from './reconciler.ts';
import { Stall } from './stall.ts';
import { repairHint, TipJudge, tipFindings, type TipVerdict } from './tip-verdict.ts';

export interface ReconciliationOptions {
  readonly git: BareRepository;
  readonly blobs: BlobStore;
  readonly publisher: Publisher;
  readonly guard: PublicGuard;
  readonly signer: OnlineSigner;
  readonly onlineKeys: OnlineKeys;
  readonly events: EventLandings;
  readonly pinnedRoot: Document<'root'>;
  readonly alarms: Alarms;
  readonly log: Log;
  readonly clock: Clock;
  readonly intervalMs: number;
  /** HOME/state */
  readonly stateFolder: string;
  /** Base URLs of other servers of this repository, whose clocks are asked in doubt. */
  readonly witnesses: readonly string[];
  /** Told of every generation, with the seconds since what triggered the look. */
  readonly onPublished: (published: Published, seconds: number) => void;
}

export class Reconciliation {
  readonly #options: ReconciliationOptions;
  readonly #arrivals: Arrivals;
  readonly #tips: TipJudge;
  readonly #stall = new Stall();
  readonly #badTip: BadTip;
  readonly #clockWatch: ClockWatch;
  readonly #pace = new Pace();
  #isTipBad = false;
  #waiting = 0;

  constructor(options: ReconciliationOptions) {
    this.#options = options;
    this.#arrivals = new Arrivals(options.git, mainRef, options.clock);
    this.#tips = new TipJudge(options.git, options.blobs, this.#arrivals);
    this.#badTip = new BadTip(options.stateFolder);
    this.#clockWatch = new ClockWatch(options);
  }

  /** Milliseconds that the next look is to wait, for there were many generations of late. */
  get restMs(): number {
    return this.#pace.restMs(performance.now());
  }

  /** How many commits of `main` were good at the last look and wait to be published. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * @returns milliseconds until the next look is due
   * @throws what stands in the way; what was published before stays, and the next look tries again
   */
  async look(trigger: Trigger): Promise<number> {
    const { publisher, guard } = this.#options;
    if (trigger.reason === 'start') {
      // What the next generation makes outdated is still read by clients: it is put right before.
      await publisher.open();
      await guard.look();
    }
    const dueInMs = await this.#lookAtMain(trigger).catch(async (error: unknown) => {
      await guard.look();
      throw error;
    });
    return Math.min(dueInMs, await guard.look());
  }

  async #lookAtMain(trigger: Trigger): Promise<number> {
    const { git, publisher, events, alarms, clock, intervalMs } = this.#options;
    await publisher.open();
    const tip = git.resolveRef(mainRef);
    const refs = events.refs();
    refs.catch(() => undefined); // met in #landEvents
    const [signerFault, judged] = await Promise.all([this.#meetSigner(), this.#judge(tip)]);
    const { lastGood, arrivals, dueInMs } = await this.#landEvents(judged, tip, refs);
    this.#waiting = arrivals.length;
    await this.#lookAtClock();
    if (this.#isTipBad) await this.#refuseRenewal(lastGood);
    else await this.#badTip.forget();
    if (lastGood !== undefined && signerFault === undefined) {
      await publisher.requireFloor(lastGood);
    }
    if (lastGood !== undefined && publisher.isNeeded(lastGood, clock.now())) {
      if (signerFault !== undefined) throw signerFault;
      await this.#publish(lastGood, arrivals, trigger);
    }
    await publisher.prune();
    if (signerFault !== undefined) throw signerFault;
    alarms.clear('signer');
    alarms.clear('publish');
    alarms.clear('stall');
    this.#stall.isOver();
    return Math.min(intervalMs, publisher.dueIn(clock.now()), dueInMs);
  }

  /** @throws `publish.clock` when nothing may be signed by it */
  async #lookAtClock(): Promise<void> {
    const { publisher, alarms } = this.#options;
    const leap = await this.#clockWatch.look(publisher.generation?.record.publishedAt);
    if (leap === undefined) alarms.clear('clock');
    else alarms.raise('clock', [leap]);
  }

  /** Good commits before the bad one come out all the same. */
  async #refuseRenewal(lastGood: ObjectId | undefined): Promise<void> {
    const { publisher, clock } = this.#options;
    if (lastGood !== publisher.generation?.record.commit) return;
    await this.#badTip.requireWord(clock.now());
  }

  /** For the Reconciler: an alarm of what a look threw, and when something has to be signed. */
  onError(error: unknown): number {
    const { alarms, publisher, clock } = this.#options;
    const finding = this.#known(error);
    alarms.raise(finding.code.startsWith('signer.') ? 'signer' : 'publish', [finding]);
    const now = clock.now();
    const stalled = this.#stall.goesOn(now, publisher.generation?.record.timestamp.signed.expires);
    if (stalled !== undefined) alarms.raise('stall', [stalled]);
    return publisher.dueIn(now);
  }

  /** A fault as it is; of anything else only that it happened, and the rest in the log. */
  #known(error: unknown): TufOnGitError {
    const { log } = this.#options;
    if (error instanceof TufOnGitError) {
      if (error.cause !== undefined) log.debug({ err: error.cause }, 'cause');
      return error;
    }
    log.error({ err: error }, 'a defect: please report it');
    return fault('publish.not-ready', 'the daemon', 'a defect; its log says more');
  }

  /** Asks the signer for its keys at every look: so one that is away is known before it is needed. */
  async #meetSigner(): Promise<TufOnGitError | undefined> {
    const { signer, onlineKeys } = this.#options;
    try {
      await onlineKeys.update(await signer.publicKeys());
      return undefined;
    } catch (error) {
      if (error instanceof TufOnGitError) return error;
      throw error;
    }
  }

  /**
   * The verdict on `main`, and an alarm where its tip is not good. What cannot be judged, be it no
   * commit at all, is no reason to let go what is published.
   */
  async #judge(asked: Promise<ObjectId | undefined>): Promise<TipVerdict> {
    const { publisher, alarms } = this.#options;
    try {
      const tip = await asked;
      if (tip === undefined) {
        const hint = publisher.generation === undefined ? pushHint : repairHint;
        throw fault('publish.not-ready', mainRef, 'it has no commit', hint);
      }
      return await this.#judgeTip(tip);
    } catch (error) {
      const { code, where, message, hint = repairHint.hint } = this.#known(error);
      alarms.raise('tip', [{ code, where, message, hint }]);
      this.#isTipBad = true;
      return {
        commits: 0,
        lastGood: publisher.generation?.record.commit,
        notices: [],
        arrivals: [],
      };
    }
  }

  /**
   * Lands complete events on a tip that is good, and judges `main` again with them. Whatever is wrong
   * with events stands in nobody else's way.
   */
  async #landEvents(
    judged: TipVerdict,
    asked: Promise<ObjectId | undefined>,
    refs: Promise<readonly Ref[]>,
  ): Promise<TipVerdict & { readonly dueInMs: number }> {
    const { events, onlineKeys, log } = this.#options;
    const { held } = onlineKeys;
    if (judged.bad !== undefined || judged.lastGood === undefined || held === undefined) {
      return { ...judged, dueInMs: Infinity };
    }
    try {
      const tip = await asked;
      if (tip !== judged.lastGood) return { ...judged, dueInMs: Infinity };
      const { main, dueInMs } = await events.look(tip, await refs, held);
      return { ...(main === tip ? judged : await this.#judge(Promise.resolve(main))), dueInMs };
    } catch (error) {
      log.warn({ err: error }, 'signing events cannot be looked at');
      return { ...judged, dueInMs: Infinity };
    }
  }

  async #judgeTip(tip: ObjectId): Promise<TipVerdict> {
    const { publisher, pinnedRoot, alarms, log } = this.#options;
    const published = publisher.generation;
    const verdict = await this.#tips.judge(tip, { pinnedRoot, published });
    const { bad, notices } = verdict;
    for (const { code, where, message } of notices) log.debug({ code, where }, message);
    this.#isTipBad = bad !== undefined;
    if (bad === undefined) alarms.clear('tip');
    else alarms.raise('tip', tipFindings(bad));
    return verdict;
  }

  /** A commit that cannot be published must not keep the last one from being renewed. */
  async #publish(commit: ObjectId, arrivals: readonly Arrival[], trigger: Trigger): Promise<void> {
    const { publisher, clock } = this.#options;
    try {
      await this.#make(commit, arrivals, trigger);
    } catch (error) {
      const last = publisher.generation?.record.commit;
      const isDue = publisher.dueIn(clock.now()) === 0;
      if (last !== undefined && last !== commit && isDue) await this.#make(last, [], trigger);
      throw error;
    }
  }

  async #make(commit: ObjectId, arrivals: readonly Arrival[], trigger: Trigger): Promise<void> {
    const published = await this.#options.publisher.publish(commit, arrivals);
    this.#pace.note(performance.now());
    this.#arrivals.forget(arrivals);
    this.#waiting -= arrivals.length;
    this.#options.onPublished(published, (performance.now() - trigger.at) / 1000);
    this.#logGeneration(published, trigger);
  }

  #logGeneration({ generation, ...counts }: Published, { reason, at }: Trigger): void {
    const { commit, snapshot, timestamp, arrivals } = generation.record;
    const fields = {
      commit,
      snapshotVersion: snapshot.signed.version,
      timestampVersion: timestamp.signed.version,
      expires: timestamp.signed.expires,
      ...counts,
      trigger: reason,
      ms: Math.round(performance.now() - at),
    };
    const isRenewal = arrivals.length === 0;
    this.#options.log.info(fields, isRenewal ? 'timestamp renewed' : 'generation published');
  }
}

const pushHint = { hint: 'push the signed metadata' };
