/** What each token has in the store that is not public yet, in bytes, held against its quota. */
import { fault } from '../error/error.ts';

/** Of a file, so that endless small ones count as well. */
const leastBytes = 4096;

/** What a file of so many bytes counts for; none: nothing. */
export function costOf(length: number | undefined): number {
  return length === undefined ? 0 : Math.max(length, leastBytes);
}

interface Account {
  bytes: number;
  claims: number;
  isOutdated: boolean;
}

/** Room that one upload takes while it comes in. */
export interface Claim {
  /** Takes room for a file of so many bytes. @throws `blob.quota` where there is not as much */
  cover(length: number): void;
  /** Ends the claim: so many bytes are what the file counts for from now on. */
  settle(cost: number): void;
}

export class UploadAccounts {
  readonly #accounts = new Map<string, Promise<Account>>();
  readonly #quotaBytes: number;
  readonly #count: (token: string) => Promise<number>;

  /** @param count what a token has, looked up once and then kept in step */
  constructor(quotaBytes: number, count: (token: string) => Promise<number>) {
    this.#quotaBytes = quotaBytes;
    this.#count = count;
  }

  /** @param cost what the file counts for already */
  async claim(token: string, cost: number): Promise<Claim> {
    const account = await this.#open(token);
    account.claims += 1;
    let counted = cost;
    const count = (now: number) => {
      account.bytes += now - counted;
      counted = now;
    };
    return {
      cover: (length) => {
        const wanted = Math.max(counted, costOf(length));
        if (account.bytes + wanted - counted > this.#quotaBytes) throw this.#full(token);
        count(wanted);
      },
      settle: (now) => {
        count(now);
        account.claims -= 1;
        if (account.isOutdated) this.#drop(token, account);
      },
    };
  }

  /** Has a token's files counted anew: some are gone. */
  async recount(token: string): Promise<void> {
    const account = await this.#accounts.get(token);
    if (account === undefined) return;
    account.isOutdated = true;
    this.#drop(token, account);
  }

  /** What is coming in is nowhere to be counted yet. */
  #drop(token: string, account: Account): void {
    if (account.claims === 0) this.#accounts.delete(token);
  }

  async #open(token: string): Promise<Account> {
    const known = this.#accounts.get(token);
    if (known !== undefined) return known;
    const opened = this.#count(token).then((bytes) => ({ bytes, claims: 0, isOutdated: false }));
    this.#accounts.set(token, opened);
    opened.catch(() => this.#accounts.delete(token));
    return opened;
  }

  #full(token: string) {
    const message = `no more than ${this.#quotaBytes} bytes may wait for a change that lists them`;
    return fault('blob.quota', token, message, {
      hint: 'publish what was uploaded, or wait until it is collected',
    });
  }
}
