import type { Handle } from 'pkcs11js';
import type { Code } from '../../error/codes.ts';
import { fault, TufOnGitError } from '../../error/error.ts';
import { verifySignature, type PublicKey } from '../../metadata/keys.ts';
import { keyName, type TokenKeyUri } from '../key-uri.ts';
import { asSigningScheme } from '../private-key.ts';
import type { Secret } from '../secret.ts';
import type { Signer } from '../signer.ts';
import { isLost, tokenFault } from './errors.ts';
import { findPrivateKey, publicKeyOfPrivate } from './find-key.ts';
import { authenticateOperation, login } from './login.ts';
import { useModule, type Pkcs11Module } from './module.ts';
import { attribute, isTrue } from './objects.ts';
import { signInToken } from './sign.ts';
import { findToken, type Token } from './token.ts';

/** A key in an open session: good until an error, or until the module's epoch changes. */
interface OpenKey {
  readonly epoch: number;
  readonly token: Token;
  readonly session: Handle;
  readonly privateKey: Handle;
  readonly key: PublicKey;
  /** CKA_ALWAYS_AUTHENTICATE: the token wants the PIN for every signature. */
  readonly wantsPinEachTime: boolean;
}

/**
 * Opens a private key in a token.
 * @param notice is told when the key is one that could leave the token
 * @throws `signer.module`, `signer.token`, `signer.pin`, `signer.key-not-found`,
 *   `signer.key-ambiguous`, `signer.unsupported`, `signer.unavailable`
 */
export async function openTokenKey(
  uri: TokenKeyUri,
  moduleFile: string,
  pin: Secret,
  notice: (text: string) => void = () => undefined,
): Promise<Signer> {
  const module = await useModule(moduleFile);
  try {
    const open = await module.persistently(async () => {
      const key = await openKey(module, uri, pin);
      sayIfExposed(module, key, uri, notice);
      return key;
    });
    return new TokenSigner(module, uri, pin, open);
  } catch (error) {
    module.release();
    throw tokenFault(error, keyName(uri));
  }
}

/**
 * Signs in one session that stays open. Any error closes it. When session, device or token are lost,
 * the module is started anew and the same key found again, once for each signature asked for; a
 * refused PIN, or another key in the place of ours, ends this signer for good.
 */
class TokenSigner implements Signer {
  readonly key: PublicKey;
  readonly #module: Pkcs11Module;
  readonly #uri: TokenKeyUri;
  readonly #pin: Secret;
  #open: OpenKey | undefined;
  #ended: TufOnGitError | undefined;
  #isClosed = false;

  constructor(module: Pkcs11Module, uri: TokenKeyUri, pin: Secret, open: OpenKey) {
    this.#module = module;
    this.#uri = uri;
    this.#pin = pin;
    this.#open = open;
    this.key = open.key;
  }

  sign(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#persistently(() => this.#signOnce(bytes));
  }

  check(): Promise<void> {
    return this.#persistently(() =>
      this.#once(({ token, session }) => {
        this.#module.lib.C_GetTokenInfo(token.slot);
        this.#module.lib.C_GetSessionInfo(session);
      }),
    );
  }

  close(): Promise<void> {
    return this.#module.exclusive(() => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      this.#ended = fault('signer.unavailable', keyName(this.#uri), 'the key is closed');
      this.#drop();
      this.#module.release();
    });
  }

  #signOnce(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#once(async (open) => {
      const signature = await sign(this.#module, open, this.#pin, bytes);
      if (verifySignature(this.key, bytes, signature)) return signature;
      throw fault('signer.wrong-key', keyName(this.#uri), 'the signature does not verify', {
        hint: 'the public key in the token is not that of the private key',
      });
    });
  }

  #persistently<T>(work: () => Promise<T>): Promise<T> {
    return this.#module.persistently(work, isGone).catch((error: unknown) => {
      throw isGone(error) ? gone(error, this.#uri) : tokenFault(error, keyName(this.#uri));
    });
  }

  async #once<T>(work: (open: OpenKey) => T | Promise<T>): Promise<T> {
    if (this.#ended !== undefined) throw this.#ended;
    try {
      return await work(await this.#opened());
    } catch (error) {
      this.#drop();
      if (isFinal(error)) this.#ended = error;
      throw error;
    }
  }

  /** The open session, or a new one in which the key is still the same. */
  async #opened(): Promise<OpenKey> {
    if (this.#open?.epoch === this.#module.epoch) return this.#open;
    const open = await openKey(this.#module, this.#uri, this.#pin);
    this.#open = open;
    if (open.key.fingerprint === this.key.fingerprint) return open;
    throw fault('signer.wrong-key', keyName(this.#uri), 'the token came back with another key');
  }

  #drop(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open?.epoch === this.#module.epoch) this.#module.closeSession(open.session);
  }
}

/** What another try could only make worse. */
function isFinal(error: unknown): error is TufOnGitError {
  const final: readonly Code[] = ['signer.pin', 'signer.wrong-key'];
  return error instanceof TufOnGitError && final.includes(error.code);
}

/** A token or key that was there and is not found any more is gone like one that fails. */
function isGone(error: unknown): boolean {
  const missing: readonly Code[] = ['signer.token', 'signer.key-not-found'];
  return error instanceof TufOnGitError ? missing.includes(error.code) : isLost(error);
}

function gone(cause: unknown, uri: TokenKeyUri): TufOnGitError {
  return fault('signer.unavailable', keyName(uri), 'the token or its key is not there any more', {
    hint: 'see that the token is plugged in and that its module works; then it signs again',
    cause,
  });
}

/** The session is closed again when anything in it fails. */
async function openKey(module: Pkcs11Module, uri: TokenKeyUri, pin: Secret): Promise<OpenKey> {
  const token = findToken(module, uri);
  const session = module.openSession(token.slot, 'read');
  try {
    await login(module, token, session, pin);
    const privateKey = findPrivateKey(module, session, uri);
    const key = publicKeyOfPrivate(module, session, uri, privateKey);
    const { CKA_ALWAYS_AUTHENTICATE } = module.constants;
    const wantsPinEachTime = isTrue(
      attribute(module, session, privateKey, CKA_ALWAYS_AUTHENTICATE),
    );
    return { epoch: module.epoch, token, session, privateKey, key, wantsPinEachTime };
  } catch (error) {
    module.closeSession(session);
    throw error;
  }
}

function sign(
  module: Pkcs11Module,
  { token, session, privateKey, key, wantsPinEachTime }: OpenKey,
  pin: Secret,
  bytes: Uint8Array,
): Promise<Buffer> {
  const authenticate = () =>
    wantsPinEachTime ? authenticateOperation(module, token, session, pin) : Promise.resolve();
  return signInToken(module, session, privateKey, asSigningScheme(key.scheme), bytes, authenticate);
}

function sayIfExposed(
  module: Pkcs11Module,
  { session, privateKey }: OpenKey,
  uri: TokenKeyUri,
  notice: (text: string) => void,
): void {
  const { CKA_SENSITIVE, CKA_EXTRACTABLE, CKA_LOCAL } = module.constants;
  const is = (type: number) => isTrue(attribute(module, session, privateKey, type));
  const faults = [
    ...(is(CKA_SENSITIVE) ? [] : ['is not sensitive']),
    ...(is(CKA_EXTRACTABLE) ? ['can be extracted'] : []),
    ...(is(CKA_LOCAL) ? [] : ['was not made in the token']),
  ];
  if (faults.length > 0) notice(`${keyName(uri)}: this key ${faults.join(', ')}`);
}
