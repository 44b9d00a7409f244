import { fault, line, TufOnGitError } from '../../core/error/error.ts';
import { readSignerSettings, type SignerSettings } from '../../core/home/signer-settings.ts';
import type { Signer } from '../../core/signers/signer.ts';
import { allowDelegated } from './delegated-policy.ts';
import { FloorKeeper } from './floor-keeper.ts';
import { versionsOf } from './floor.ts';
import { KeyRing } from './key-ring.ts';
import { refused } from './online-metadata.ts';
import { allow } from './policy.ts';
import {
  outgoing,
  requestSchema,
  type Answer,
  type OnlineSignature,
  type PlacedKey,
  type Request,
  type SignDelegatedRequest,
  type SignRequest,
} from './protocol.ts';
import { RateLimit } from './rate.ts';

export interface ServiceOptions {
  /** `HOME/signer`. */
  readonly folder: string;
  readonly now: () => Date;
  /** A clock that never goes back, in ms. */
  readonly monotonicMs: () => number;
  /** Where causes go that no answer carries; never told a secret. */
  readonly log: (text: string) => void;
}

/**
 * The signer without its process: answers one request after the other.
 *
 * For a signature, in this order: the request is judged, the keys are opened, the floor is raised, the
 * keys sign while the disk takes it, and the signature leaves when the floor is durable. A crash in
 * between costs a version number and nothing else.
 */
export class SignerService {
  readonly #options: ServiceOptions;
  #state: Promise<State> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** @returns an answer in any case: what goes wrong is in it */
  answer(message: unknown): Promise<Answer> {
    const answer = this.#last.then(() => this.#answerNow(message));
    this.#last = answer;
    return answer;
  }

  async close(): Promise<void> {
    await this.#last;
    const state = await this.#state;
    if (state === undefined) return;
    state.keeper.close();
    for (const keyRing of [state.keyRing, ...state.delegated.values()]) await keyRing.close();
  }

  async #answerNow(message: unknown): Promise<Answer> {
    const parsed = requestSchema.safeParse(message);
    if (!parsed.success) {
      return { id: idOf(message), error: outgoing(refused('request', 'this is no request')) };
    }
    try {
      return await this.#serve(parsed.data);
    } catch (error) {
      return { id: parsed.data.id, error: outgoing(this.#logged(error)) };
    }
  }

  async #serve(request: Request): Promise<Answer> {
    const { id } = request;
    const state = await this.#opened();
    if (request.ask === 'sign') return { id, signatures: await this.#sign(request, state) };
    if (request.ask === 'sign-delegated') {
      return { id, signatures: await this.#signDelegated(request, state) };
    }
    if (request.ask === 'floor') return { id, floor: versionsOf(state.keeper.floor) };
    if (request.ask === 'places') return { id, places: await placesOf(state) };
    const keyRing = request.of === undefined ? state.keyRing : keyRingOf(request.of, state);
    const signers = await keyRing.checkedKeys();
    return { id, keys: signers.map(({ key }) => key.json) };
  }

  async #sign(request: SignRequest, state: State): Promise<OnlineSignature[]> {
    this.#takeTurn(request.role, state);
    const bytes = Buffer.from(request.bytes, 'base64');
    const floor = allow(
      { role: request.role, bytes },
      state.keeper.floor,
      state.settings,
      this.#options.now(),
    );
    const signers = chosen(await state.keyRing.keys(), request);
    const raised = state.keeper.raise(request.role, floor);
    const signed = state.keyRing.sign(signers, bytes);
    // Neither may go on beside the next request, which is judged by the floor.
    await Promise.allSettled([raised, signed]);
    await raised;
    return signed;
  }

  async #signDelegated(request: SignDelegatedRequest, state: State): Promise<OnlineSignature[]> {
    const { role } = request;
    this.#takeTurn(role, state);
    const keyRing = keyRingOf(role, state);
    const bytes = Buffer.from(request.bytes, 'base64');
    allowDelegated({ role, bytes }, state.keeper.floor, state.settings, this.#options.now());
    return keyRing.sign(await keyRing.keys(), bytes);
  }

  #takeTurn(role: string, { rate }: State): void {
    if (rate.take(this.#options.monotonicMs())) return;
    throw refused(role, 'too many requests in one minute', 'see maxRequestsPerMinute');
  }

  /** Settings and floor, read once; another try at the next request when that fails. */
  #opened(): Promise<State> {
    this.#state ??= openState(this.#options).catch((error: unknown) => {
      this.#state = undefined;
      throw error;
    });
    return this.#state;
  }

  #logged(error: unknown): TufOnGitError {
    const known = error instanceof TufOnGitError ? error : defect(error);
    const { cause } = known;
    this.#options.log(cause instanceof Error ? `${line(known)} (${cause.message})` : line(known));
    return known;
  }
}

interface State {
  readonly settings: SignerSettings;
  readonly keyRing: KeyRing;
  /** By role, each with a ring of its own: trouble with one key is no trouble with the others. */
  readonly delegated: ReadonlyMap<string, KeyRing>;
  readonly rate: RateLimit;
  readonly keeper: FloorKeeper;
}

async function openState({ folder, monotonicMs, log }: ServiceOptions): Promise<State> {
  const settings = await readSignerSettings(folder);
  const access = { folder, pkcs11Module: settings.pkcs11Module, notice: log };
  const delegated = Object.entries(settings.onlineRoles).map(
    ([role, uri]) => [role, new KeyRing([uri], access)] as const,
  );
  return {
    settings,
    keyRing: new KeyRing(settings.keys, access),
    delegated: new Map(delegated),
    rate: new RateLimit(settings.maxRequestsPerMinute, monotonicMs()),
    keeper: new FloorKeeper(folder),
  };
}

async function placesOf({ settings, keyRing }: State): Promise<PlacedKey[]> {
  const signers = await keyRing.keys();
  return signers.map(({ key: { keyid } }, index) => ({
    keyid,
    place: settings.keys[index]?.startsWith('pkcs11:') === true ? 'token' : 'file',
  }));
}

function chosen(signers: readonly Signer[], { role, keyids }: SignRequest): readonly Signer[] {
  if (keyids === undefined) return signers;
  const some = signers.filter(({ key }) => keyids.includes(key.keyid));
  if (some.length === keyids.length) return some;
  throw refused(role, 'a key was asked for that the signer does not hold');
}

function keyRingOf(role: string, { delegated }: State): KeyRing {
  const keyRing = delegated.get(role);
  if (keyRing !== undefined) return keyRing;
  throw refused(role, 'the signer has no key for this role', 'see onlineRoles in settings.json');
}

function idOf(message: unknown): number {
  const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : 0;
  return Number.isInteger(id) && Number(id) >= 0 ? Number(id) : 0;
}

/** A fault of ours: its text may hold anything, so it stays here. */
function defect(cause: unknown): TufOnGitError {
  return fault('signer.unavailable', 'signer', 'a fault in the signer itself', {
    hint: 'see the daemon’s log',
    cause,
  });
}
