import { TufOnGitError } from '../../core/error/error.ts';
import { parseKey, type PublicKey } from '../../core/metadata/keys.ts';
import { isRefusedSecret } from './key-ring.ts';
import {
  answerSchema,
  type Answer,
  type OnlineRole,
  type OnlineSignature,
  type Request,
} from './protocol.ts';
import { secretStamp } from './secret-stamp.ts';
import { SignerProcess, unavailable, type ProcessOptions } from './signer-process.ts';

export interface SignerOptions extends ProcessOptions {
  /** How long one request may take, the start of the process included; 15 s by default. */
  readonly timeoutMs?: number | undefined;
}

/** The daemon's side of the signer. All methods throw `signer.*`. */
export interface SignerClient {
  /** The keys that sign, proved to be there: the signer opens them for this. */
  publicKeys(): Promise<readonly PublicKey[]>;
  /**
   * Signatures over `bytes`, the canonical form of `signed`, by all keys or by those named.
   * @throws `signer.refused` when the signer's own rules forbid it (policy.ts)
   */
  sign(
    role: OnlineRole,
    bytes: Uint8Array,
    keyids?: readonly string[],
  ): Promise<readonly OnlineSignature[]>;
  /** The process, while there is one. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

/**
 * The signer, as a process that starts at the first request. When it ends, hangs or answers
 * nonsense, the request fails with `signer.unavailable`, and the next one starts it anew. A refused
 * PIN or passphrase stays refused until a file changes that it may depend on: the process is not
 * even started.
 */
export function startSigner(options: SignerOptions): SignerClient {
  return new ProcessClient(options);
}

/** A secret that was refused, and what the operator would have to change for another try. */
interface Refusal {
  readonly error: TufOnGitError;
  readonly stamp: string;
}

class ProcessClient implements SignerClient {
  readonly #options: SignerOptions;
  readonly #timeoutMs: number;
  #process: SignerProcess | undefined;
  #refusal: Refusal | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #lastId = 0;
  #isKeyRingOpen = false;
  #isClosed = false;

  constructor(options: SignerOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? 15_000;
  }

  get pid(): number | undefined {
    return this.#process?.state === 'running' ? this.#process.pid : undefined;
  }

  async publicKeys(): Promise<readonly PublicKey[]> {
    const answer = await this.#request({ id: this.#nextId(), ask: 'keys' });
    if (!('keys' in answer)) throw unavailable('it answered another question');
    return answer.keys.map((json) => parseKey(json));
  }

  async sign(
    role: OnlineRole,
    bytes: Uint8Array,
    keyids?: readonly string[],
  ): Promise<readonly OnlineSignature[]> {
    const only = keyids === undefined ? {} : { keyids: [...keyids] };
    const text = Buffer.from(bytes).toString('base64');
    const id = this.#nextId();
    const answer = await this.#request({ id, ask: 'sign', role, bytes: text, ...only });
    if (!('signatures' in answer)) throw unavailable('it answered another question');
    return answer.signatures;
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

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #request(request: Request): Promise<Answer> {
    return this.#afterOthers(async () => {
      await this.#throwRefusal();
      const stamp = this.#isKeyRingOpen ? undefined : await this.#stamp();
      const answer = await this.#exchange(request);
      this.#isKeyRingOpen ||= !('error' in answer);
      if (!('error' in answer)) return answer;
      const error = new TufOnGitError(answer.error);
      if (isRefusedSecret(error)) await this.#remember(error, stamp ?? (await this.#stamp()));
      throw error;
    });
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
    this.#isKeyRingOpen = false;
    return this.#process;
  }

  async #throwRefusal(): Promise<void> {
    const refusal = this.#refusal;
    if (refusal === undefined) return;
    if ((await this.#stamp()) === refusal.stamp) throw refusal.error;
    this.#refusal = undefined;
  }

  /** The process remembers too; it goes, so that the next one reads what the operator changes. */
  async #remember(error: TufOnGitError, stamp: string): Promise<void> {
    this.#refusal = { error, stamp };
    await this.#process?.kill(this.#timeoutMs);
  }

  #afterOthers<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
