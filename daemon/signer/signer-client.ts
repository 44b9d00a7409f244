import { TufOnGitError } from '../../core/error/error.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { isRefusedSecret } from './key-ring.ts';
import {
  answerSchema,
  type Answer,
  type FloorVersions,
  type OnlineRole,
  type OnlineSignature,
  type PlacedKey,
  type Request,
} from './protocol.ts';
import { Refusals } from './refusals.ts';
import { secretStamp } from './secret-stamp.ts';
import { SignerRequests, type SignerWatch } from './signer-requests.ts';
import { SignerProcess, unavailable, type ProcessOptions } from './signer-process.ts';

export interface SignerOptions extends ProcessOptions, SignerWatch {
  /** How long one request may take, the start of the process included; 15 s by default. */
  readonly timeoutMs?: number | undefined;
}

/** The daemon's side of the signer. All methods throw `signer.*`. */
export interface SignerClient {
  /** The keys that sign, proved to be there: the signer opens them for this. */
  publicKeys(): Promise<readonly PublicKey[]>;
  /**
   * The key of a delegated role that the server signs.
   * @throws `signer.refused` when the signer has none for it
   */
  delegatedKeys(role: string): Promise<readonly PublicKey[]>;
  /**
   * Signatures over `bytes`, the canonical form of `signed`, by all keys or by those named.
   * @throws `signer.refused` when the signer's own rules forbid it (policy.ts)
   */
  sign(
    role: OnlineRole,
    bytes: Uint8Array,
    keyids?: readonly string[],
  ): Promise<readonly OnlineSignature[]>;
  /**
   * Signatures over the canonical form of a delegated role's `signed`, by its own key.
   * @throws `signer.refused` when the signer's own rules forbid it (delegated-policy.ts)
   */
  signDelegated(role: string, bytes: Uint8Array): Promise<readonly OnlineSignature[]>;
  /** The highest versions that ever left the signer, as it remembers them itself; 0: none. */
  floor(): Promise<FloorVersions>;
  /** Where each key of snapshot and timestamp is. */
  places(): Promise<readonly PlacedKey[]>;
  /** The process, while there is one. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

/**
 * The signer, as a process that starts at the first request. When it ends, hangs or answers
 * nonsense, the request fails with `signer.unavailable`, and the next one starts it anew. A refused
 * PIN or passphrase stays refused until a file changes that it may depend on, over restarts of the
 * daemon too: the process is not even started for it. That of a delegated role's key stops the
 * roles whose keys share it, and no others. Settings or key files that have changed are taken up by
 * a new process when the keys are asked for next.
 */
export function startSigner(options: SignerOptions): SignerClient {
  return new ProcessClient(options);
}

class ProcessClient extends SignerRequests implements SignerClient {
  readonly #options: SignerOptions;
  readonly #timeoutMs: number;
  #process: SignerProcess | undefined;
  /** What the process has read, as it was when it was started. */
  #startedWith: string | undefined;
  readonly #refusals: Refusals;
  #last: Promise<unknown> = Promise.resolve();
  readonly #openKeys = new Set<string>();
  #isClosed = false;

  constructor(options: SignerOptions) {
    super(options);
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? 15_000;
    this.#refusals = new Refusals(options.folder);
  }

  get pid(): number | undefined {
    return this.#process?.state === 'running' ? this.#process.pid : undefined;
  }

  override async publicKeys(): Promise<readonly PublicKey[]> {
    await this.#afterOthers(() => this.#takeUpChanges());
    return super.publicKeys();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#afterOthers(async () => {
      await this.#process?.close(this.#timeoutMs);
    });
  }

  #stamp(): Promise<string> {
    return secretStamp(this.#options.folder);
  }

  protected request(request: Request, keys: string): Promise<Answer> {
    return this.#afterOthers(() => this.#answer(request, keys));
  }

  async #answer(request: Request, keys: string): Promise<Answer> {
    await this.#throwRefusal('');
    await this.#throwRefusal(keys);
    const stamp = this.#openKeys.has(keys) ? undefined : await this.#stamp();
    const answer = await this.#exchange(request);
    if (!('error' in answer)) {
      if (!('floor' in answer)) this.#openKeys.add(keys);
      return answer;
    }
    const error = new TufOnGitError(answer.error);
    if (isRefusedSecret(error)) await this.#remember(keys, error, stamp ?? (await this.#stamp()));
    throw error;
  }

  /** What is being changed right now is taken up at the next look. */
  async #takeUpChanges(): Promise<void> {
    const stamp = await this.#stamp();
    if (this.#startedWith !== undefined && this.#startedWith !== stamp) {
      await this.#process?.close(this.#timeoutMs);
    }
    this.#startedWith = stamp;
  }

  async #exchange(request: Request): Promise<Answer> {
    const signer = this.#running();
    try {
      const answer = answerSchema.parse(await signer.ask(request, this.#timeoutMs));
      if (answer.id === request.id) return answer;
      throw unavailable('it answered another question');
    } catch (error) {
      await signer.kill(this.#timeoutMs);
      throw error instanceof TufOnGitError
        ? error
        : unavailable('its answer makes no sense', error);
    }
  }

  #running(): SignerProcess {
    if (this.#isClosed) throw unavailable('it was closed');
    if (this.#process?.state === 'running') return this.#process;
    if (this.#process?.state === 'ending') throw unavailable('the last one has not ended yet');
    this.#process = new SignerProcess(this.#options);
    this.#openKeys.clear();
    return this.#process;
  }

  async #throwRefusal(keys: string): Promise<void> {
    const refusal = await this.#refusals.of(keys);
    if (refusal !== undefined) throw refusal;
  }

  /**
   * The process remembers too; it goes, so that the next one reads what the operator changes.
   * @throws the error, with the way out
   */
  async #remember(keys: string, error: TufOnGitError, stamp: string): Promise<void> {
    await this.#process?.kill(this.#timeoutMs);
    const known = await this.#refusals.remember(keys, error, stamp);
    throw known;
  }

  #afterOthers<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
