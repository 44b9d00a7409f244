import { fault, TufOnGitError } from '../core/error/error.ts';
import type { OnEvent } from './events.ts';
import { baseUrl } from './urls.ts';

/**
 * The servers that have the same files. They are asked in the order given, but one that failed is
 * asked last from then on: nobody waits for the same dead server twice.
 */
export class Mirrors {
  #order: readonly string[];
  readonly #setting: string;
  readonly #onEvent: OnEvent;

  /** @param setting what the URLs are called in an error */
  constructor(urls: string | readonly string[], setting: string, onEvent: OnEvent) {
    this.#order = (typeof urls === 'string' ? [urls] : urls).map(baseUrl);
    this.#setting = setting;
    this.#onEvent = onEvent;
  }

  /** Base URLs, with a slash at the end, in the order of this moment. @throws `client.configuration` */
  inOrder(): readonly string[] {
    if (this.#order.length > 0) return this.#order;
    throw fault('client.configuration', this.#setting, 'no URL is given');
  }

  /**
   * Asks one after the other until one attempt succeeds. The attempt verifies what it fetched:
   * wrong bytes are a mirror's fault like no bytes.
   * @throws the first mirror's fault when all fail
   */
  async ask<T>(attempt: (base: string) => Promise<T>): Promise<T> {
    const bases = this.inOrder();
    const faults: TufOnGitError[] = [];
    for (const [index, base] of bases.entries()) {
      try {
        return await attempt(base);
      } catch (error) {
        if (!isMirrorFault(error)) throw error;
        faults.push(error);
        this.failed(bases, index, error);
      }
    }
    throw faultOfAll(faults);
  }

  /** Of mirrors that are asked in turn, this one failed. */
  failed(bases: readonly string[], index: number, error: TufOnGitError): void {
    const [mirror, next] = bases.slice(index);
    if (mirror === undefined) return;
    this.#order = [...this.#order.filter((each) => each !== mirror), mirror];
    if (next !== undefined) this.#onEvent({ type: 'mirror-failed', mirror, next, fault: error });
  }
}

/** True for what another mirror may do better: all but what is wrong on this machine. */
export function isMirrorFault(error: unknown): error is TufOnGitError {
  return error instanceof TufOnGitError && !error.code.startsWith('client.');
}

/** The first mirror's fault; where others were asked after it, its hint says so. */
export function faultOfAll(faults: readonly TufOnGitError[]): TufOnGitError {
  const [first, ...others] = faults;
  if (first === undefined) throw new RangeError('nobody was asked');
  if (others.length === 0) return first;
  const tried = `${faults.length} mirrors were tried, and none did better`;
  return Object.assign(first, {
    hint: first.hint === undefined ? tried : `${first.hint}; ${tried}`,
  });
}
