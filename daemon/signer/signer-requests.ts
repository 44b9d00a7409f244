import { TufOnGitError } from '../../core/error/error.ts';
import { parseKey, type PublicKey } from '../../core/metadata/keys.ts';
import type {
  Answer,
  FloorVersions,
  OnlineRole,
  OnlineSignature,
  PlacedKey,
  Request,
} from './protocol.ts';
import { unavailable } from './signer-process.ts';

/** Is told of each request. */
export interface SignerWatch {
  /** Of each answer that is no error, and how many seconds it took. */
  readonly answered?: ((ask: Request['ask'], seconds: number) => void) | undefined;
  /** Of each request that fails, whatever the reason. */
  readonly failed?: ((error: TufOnGitError) => void) | undefined;
}

/** What the daemon asks of the signer, whatever carries the question. All methods throw `signer.*`. */
export abstract class SignerRequests {
  readonly #watch: SignerWatch;
  #lastId = 0;

  constructor(watch: SignerWatch) {
    this.#watch = watch;
  }

  /**
   * @param keys whose keys it takes: a delegated role, or '' for snapshot and timestamp
   * @returns the answer to this very request, which may be an error
   */
  protected abstract request(request: Request, keys: string): Promise<Answer>;

  async publicKeys(): Promise<readonly PublicKey[]> {
    return keysIn(await this.#asked({ id: this.#nextId(), ask: 'keys' }, ''));
  }

  async delegatedKeys(role: string): Promise<readonly PublicKey[]> {
    return keysIn(await this.#asked({ id: this.#nextId(), ask: 'keys', of: role }, role));
  }

  async floor(): Promise<FloorVersions> {
    const answer = await this.#asked({ id: this.#nextId(), ask: 'floor' }, '');
    if ('floor' in answer) return answer.floor;
    throw unavailable('it answered another question');
  }

  async places(): Promise<readonly PlacedKey[]> {
    const answer = await this.#asked({ id: this.#nextId(), ask: 'places' }, '');
    if ('places' in answer) return answer.places;
    throw unavailable('it answered another question');
  }

  async sign(
    role: OnlineRole,
    bytes: Uint8Array,
    keyids?: readonly string[],
  ): Promise<readonly OnlineSignature[]> {
    const only = keyids === undefined ? {} : { keyids: [...keyids] };
    const text = Buffer.from(bytes).toString('base64');
    const id = this.#nextId();
    return signaturesIn(await this.#asked({ id, ask: 'sign', role, bytes: text, ...only }, ''));
  }

  async signDelegated(role: string, bytes: Uint8Array): Promise<readonly OnlineSignature[]> {
    const text = Buffer.from(bytes).toString('base64');
    const id = this.#nextId();
    return signaturesIn(await this.#asked({ id, ask: 'sign-delegated', role, bytes: text }, role));
  }

  async #asked(request: Request, keys: string): Promise<Answer> {
    const startedAt = performance.now();
    try {
      const answer = await this.request(request, keys);
      if ('error' in answer) throw new TufOnGitError(answer.error);
      this.#watch.answered?.(request.ask, (performance.now() - startedAt) / 1000);
      return answer;
    } catch (error) {
      if (error instanceof TufOnGitError) this.#watch.failed?.(error);
      throw error;
    }
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

function keysIn(answer: Answer): readonly PublicKey[] {
  if ('keys' in answer) return answer.keys.map((json) => parseKey(json));
  throw unavailable('it answered another question');
}

function signaturesIn(answer: Answer): readonly OnlineSignature[] {
  if ('signatures' in answer) return answer.signatures;
  throw unavailable('it answered another question');
}
