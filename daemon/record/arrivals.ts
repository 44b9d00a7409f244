import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Clock } from '../clock.ts';
import type { Arrival } from './record.ts';

/** Between two clocks, and between a push and the generation that just missed it. */
const slackMs = 3_600_000;

/**
 * When and by whom each commit of `main` came in: as the ref's log tells, else the daemon's first
 * sight of it. A push over a local path writes the log with the pusher's own environment, which the
 * hook refuses; past the hook, an entry from before the last generation or from the future is not believed.
 */
export class Arrivals {
  readonly #git: BareRepository;
  readonly #ref: string;
  readonly #clock: Clock;
  readonly #known = new Map<ObjectId, Promise<Arrival>>();

  constructor(git: BareRepository, ref: string, clock: Clock) {
    this.#git = git;
    this.#ref = ref;
    this.#clock = clock;
  }

  /** @param since when the last generation was published: the commit is in none yet */
  of(commit: ObjectId, since: Date | undefined): Promise<Arrival> {
    const known = this.#known.get(commit);
    if (known !== undefined) return known;
    const arrival = this.#ask(commit, since).catch((error: unknown) => {
      this.#known.delete(commit);
      throw error;
    });
    this.#known.set(commit, arrival);
    return arrival;
  }

  /** Forgets what is in the record by now. */
  forget(arrivals: readonly Arrival[]): void {
    for (const { commit } of arrivals) this.#known.delete(commit);
  }

  async #ask(commit: ObjectId, since: Date | undefined): Promise<Arrival> {
    const receipt = await this.#git.receipt(this.#ref, commit);
    const receivedAt = this.#plausible(receipt?.time, since) ?? this.#clock.now();
    return { commit, receivedAt, by: receipt?.by };
  }

  #plausible(time: Date | undefined, since: Date | undefined): Date | undefined {
    if (time === undefined) return undefined;
    const earliest = (since?.getTime() ?? 0) - slackMs;
    const latest = this.#clock.now().getTime() + slackMs;
    return time.getTime() >= earliest && time.getTime() <= latest ? time : undefined;
  }
}
