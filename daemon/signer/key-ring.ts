import { TufOnGitError, fault } from '../../core/error/error.ts';
import { keyName, parseKeyUri } from '../../core/signers/key-uri.ts';
import { openSigner } from '../../core/signers/open-signer.ts';
import type { Signer } from '../../core/signers/signer.ts';
import type { OnlineSignature } from './protocol.ts';

export interface KeyRingAccess {
  readonly pkcs11Module: string | undefined;
  /** `HOME/signer`, from which the paths of URIs go. */
  readonly folder: string;
  readonly notice: (text: string) => void;
}

/**
 * Online keys, opened when they are first needed. All open, or none: a signature short of what
 * root asks for would be of no use. A refused PIN or passphrase is remembered and sent to no key
 * again; any other trouble is met with a new try at the next request.
 */
export class KeyRing {
  readonly #uris: readonly string[];
  readonly #access: KeyRingAccess;
  #open: readonly Signer[] | undefined;
  #refusal: TufOnGitError | undefined;

  constructor(uris: readonly string[], access: KeyRingAccess) {
    this.#uris = uris;
    this.#access = access;
  }

  /** @throws `signer.*` */
  async keys(): Promise<readonly Signer[]> {
    if (this.#refusal !== undefined) throw this.#refusal;
    this.#open ??= await this.#openAll();
    return this.#open;
  }

  /** The same, each asked whether it is still there. @throws `signer.*` */
  async checkedKeys(): Promise<readonly Signer[]> {
    const open = await this.keys();
    await this.#closingAtFaults(async () => {
      for (const signer of open) await signer.check();
    });
    return open;
  }

  /**
   * One signature by each of these keys of the ring. When one fails, all are closed: the next request
   * opens them anew, so it fails as long as the token does, before anything is asked of it.
   * @throws `signer.*`
   */
  sign(signers: readonly Signer[], bytes: Uint8Array): Promise<OnlineSignature[]> {
    return this.#closingAtFaults(async () => {
      const signatures: OnlineSignature[] = [];
      for (const signer of signers) signatures.push(await signature(signer, bytes));
      return signatures;
    });
  }

  async #closingAtFaults<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isRefusedSecret(error)) this.#refusal = error;
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const open = this.#open ?? [];
    this.#open = undefined;
    await Promise.all(open.map((signer) => signer.close()));
  }

  async #openAll(): Promise<readonly Signer[]> {
    const open: Signer[] = [];
    try {
      for (const uri of this.#uris) open.push(await this.#openOne(uri));
      refuseTwins(open, this.#access.folder);
      return open;
    } catch (error) {
      await Promise.all(open.map((signer) => signer.close()));
      if (isRefusedSecret(error)) this.#refusal = error;
      throw error;
    }
  }

  async #openOne(uri: string): Promise<Signer> {
    try {
      return await openSigner(uri, this.#access);
    } catch (error) {
      throw error instanceof TufOnGitError ? ofKey(uri, error) : error;
    }
  }
}

async function signature(signer: Signer, bytes: Uint8Array): Promise<OnlineSignature> {
  const sig = Buffer.from(await signer.sign(bytes)).toString('hex');
  return { keyid: signer.key.keyid, sig };
}

/** The same fault, with the key that it is about: where its secret comes from is left out. */
function ofKey(text: string, error: TufOnGitError): TufOnGitError {
  const { code, where, message, hint, cause } = error;
  const about = `it is the online key ${keyName(parseKeyUri(text))}`;
  return fault(code, where, message, {
    hint: hint === undefined ? about : `${hint}; ${about}`,
    cause,
  });
}

/** A PIN or passphrase that was wrong once: trying it again could lock the token. */
export function isRefusedSecret(error: unknown): error is TufOnGitError {
  if (!(error instanceof TufOnGitError)) return false;
  return error.code === 'signer.pin' || error.code === 'signer.passphrase';
}

function refuseTwins(open: readonly Signer[], folder: string): void {
  if (new Set(open.map(({ key }) => key.fingerprint)).size === open.length) return;
  throw fault('home.configuration', folder, 'two of the signer’s key URIs name the same key');
}
