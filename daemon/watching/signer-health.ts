/** How the signer is, as its answers tell; and, once it has said so, where its keys are. */
import type { Finding } from '../../core/error/error.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import type { Clock } from '../clock.ts';
import type { OnlineKeys } from '../online-keys.ts';
import type { KeyPlace } from '../signer/protocol.ts';
import type { SignerClient } from '../signer/signer-client.ts';

export interface SignerState {
  /** It answers: what it will not sign, it refuses. */
  readonly isAlive: boolean;
  /** For how long it has been so; undefined before anything was asked of it. */
  readonly since: Date | undefined;
  /** Of the last answer of any kind. */
  readonly answeredAt: Date | undefined;
  /** Why the last request failed; undefined when it did not. */
  readonly failure: Finding | undefined;
}

export class SignerHealth {
  readonly #clock: Clock;
  #state: SignerState = {
    isAlive: false,
    since: undefined,
    answeredAt: undefined,
    failure: undefined,
  };
  #places: ReadonlyMap<string, KeyPlace> = new Map();
  #placesOf: readonly PublicKey[] | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get state(): SignerState {
    return this.#state;
  }

  answered(): void {
    this.#note(true, undefined);
  }

  failed({ code, where, message, hint }: Finding): void {
    const failure = { code, where, message, ...(hint === undefined ? {} : { hint }) };
    this.#note(code === 'signer.refused', failure);
  }

  /** Where a key of the signer is; undefined while it has not said so. */
  placeOf(keyid: string): KeyPlace | undefined {
    return this.#places.get(keyid);
  }

  /** Asks where the keys are when they are others than those it was asked about. */
  async look(signer: SignerClient, { held }: Pick<OnlineKeys, 'held'>): Promise<void> {
    if (held === undefined || held === this.#placesOf) return;
    this.#placesOf = held;
    try {
      this.#places = new Map((await signer.places()).map(({ keyid, place }) => [keyid, place]));
    } catch {
      this.#placesOf = undefined; // noted by `failed`; asked again after the next look
    }
  }

  #note(isAlive: boolean, failure: Finding | undefined): void {
    const now = this.#clock.now();
    const isSame = this.#state.since !== undefined && this.#state.isAlive === isAlive;
    this.#state = {
      isAlive,
      since: isSame ? this.#state.since : now,
      answeredAt: isAlive ? now : this.#state.answeredAt,
      failure,
    };
  }
}
