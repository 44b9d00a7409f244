import { connect } from 'node:net';
import { answerSchema, type Answer, type Request } from './protocol.ts';
import { readLine } from './line.ts';
import type { SignerClient } from './signer-client.ts';
import { unavailable } from './signer-process.ts';
import { SignerRequests, type SignerWatch } from './signer-requests.ts';

/**
 * A signer that is a service of its own account (socket-service.ts), which watches over its process
 * by itself: one that does not answer in time is met with another try at the next request.
 * @param file of its socket
 * @param timeoutMs how long one request may take
 */
export function signerAt(file: string, timeoutMs: number, watch: SignerWatch = {}): SignerClient {
  return new SocketClient(file, timeoutMs, watch);
}

class SocketClient extends SignerRequests implements SignerClient {
  readonly pid = undefined;
  readonly #file: string;
  readonly #timeoutMs: number;

  constructor(file: string, timeoutMs: number, watch: SignerWatch) {
    super(watch);
    this.#file = file;
    this.#timeoutMs = timeoutMs;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  protected async request(request: Request): Promise<Answer> {
    const text = await this.#exchange(`${JSON.stringify(request)}\n`);
    const answer = answerSchema.safeParse(parsed(text));
    if (answer.success && answer.data.id === request.id) return answer.data;
    throw unavailable('its answer makes no sense');
  }

  async #exchange(text: string): Promise<string> {
    const socket = connect(this.#file);
    socket.setTimeout(this.#timeoutMs, () => {
      socket.destroy(new Error(`no answer in ${this.#timeoutMs} ms`));
    });
    try {
      const line = readLine(socket);
      socket.write(text);
      return await line;
    } catch (cause) {
      throw unavailable(`nobody answers at ${this.#file}`, cause);
    } finally {
      socket.destroy();
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True when somebody listens on that socket. */
export function isAnswering(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(file);
    const tell = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => {
      tell(true);
    });
    socket.once('error', () => {
      tell(false);
    });
  });
}
