import type { PublicKey } from '../metadata/keys.ts';

/** A private key that can sign, wherever it lives: an encrypted file or a PKCS#11 token. */
export interface Signer {
  readonly key: PublicKey;
  /**
   * A signature over `bytes` in the form TUF carries, before hex: 64 bytes for Ed25519, DER for
   * ECDSA, RSASSA-PSS with SHA-256 and a salt of 32 bytes for RSA.
   */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  /**
   * Asks the token whether the key is still there, and signs nothing.
   * @throws `signer.*` when the next signature would fail
   */
  check(): Promise<void>;
  /** Ends the session with the token and forgets the key. */
  close(): Promise<void>;
}
