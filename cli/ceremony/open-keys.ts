import path from 'node:path';
import { verifySignature, type PublicKey } from '../../core/metadata/keys.ts';
import { fault } from '../../core/error/error.ts';
import {
  formatKeyUri,
  parseKeyUri,
  type KeyUri,
  type PinSource,
} from '../../core/signers/key-uri.ts';
import { openSigner, type KeyAccess } from '../../core/signers/open-signer.ts';
import type { Signer } from '../../core/signers/signer.ts';
import { isKeyUri, readNamedKey } from '../keys/read-named-key.ts';
import type { CeremonyKey, OnlineKey } from './ceremony.ts';

/** The keys of a ceremony, as the operator names them: key URIs, or files of public keys. */
export interface KeyNames {
  readonly root: readonly string[];
  readonly targets: readonly string[];
  /** A key URI whose secret needs no person. */
  readonly online: string;
}

export interface OpenKeys {
  readonly root: readonly CeremonyKey[];
  readonly targets: readonly CeremonyKey[];
  readonly online: OnlineKey;
  readonly close: () => Promise<void>;
}

/** Opens every key once, whatever number of roles it serves. @throws `signer.*`, `key.*` */
export async function openKeys(names: KeyNames, access: KeyAccess): Promise<OpenKeys> {
  const ring = new KeyRing(access);
  try {
    const online = await proveOnlineKey(names.online, access);
    return {
      root: await ring.openAll(names.root),
      targets: await ring.openAll(names.targets),
      online,
      close: () => ring.close(),
    };
  } catch (error) {
    await ring.close();
    throw error;
  }
}

/** The same key by absolute paths, so that the signer finds it from wherever it runs. */
function absoluteKeyUri(text: string, folder: string): string {
  const uri = parseKeyUri(text);
  const file: KeyUri = uri.kind === 'file' ? { ...uri, path: path.resolve(folder, uri.path) } : uri;
  const { pinSource } = uri;
  return formatKeyUri(
    pinSource === undefined ? file : { ...file, pinSource: absoluteSource(pinSource, folder) },
  );
}

class KeyRing {
  readonly #access: KeyAccess;
  readonly #byName = new Map<string, CeremonyKey>();
  readonly #byKey = new Map<string, CeremonyKey>();

  constructor(access: KeyAccess) {
    this.#access = access;
  }

  async openAll(names: readonly string[]): Promise<readonly CeremonyKey[]> {
    const keys = [];
    for (const name of names) keys.push(await this.#open(name));
    return keys;
  }

  async close(): Promise<void> {
    for (const { signer } of this.#byName.values()) await signer?.close();
  }

  async #open(name: string): Promise<CeremonyKey> {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const signer = isKeyUri(name) ? await openSigner(name, this.#access) : undefined;
    const opened = entry(
      shown(name),
      signer?.key ?? (await readNamedKey(name, this.#access)),
      signer,
    );
    // One public key has one keyid in a file (`key.same-key`): the form that came first.
    const form = this.#byKey.get(opened.key.fingerprint) ?? opened;
    const key = { ...opened, key: form.key };
    this.#byName.set(name, key);
    this.#byKey.set(key.key.fingerprint, form);
    return key;
  }
}

function entry(name: string, key: PublicKey, signer: Signer | undefined): CeremonyKey {
  return signer === undefined ? { name, key } : { name, key, signer };
}

/** Without the query, which says where a secret lies. */
function shown(name: string): string {
  return name.split('?', 1).join('');
}

/** Opens the online key as the signer process will have to, and lets it sign once. */
export async function proveOnlineKey(name: string, access: KeyAccess): Promise<OnlineKey> {
  const unattended = { ...access, secret: undefined, secrets: undefined };
  const uri = absoluteKeyUri(name, access.folder ?? '.');
  const signer = await openSigner(uri, unattended);
  try {
    const probe = Buffer.from('tuf-on-git: is this the online key?');
    if (!verifySignature(signer.key, probe, await signer.sign(probe))) {
      throw fault('signer.wrong-key', '--online-key', 'its signature does not verify', {
        hint: 'private and public key of the token do not belong together',
      });
    }
    return { uri, key: signer.key };
  } finally {
    await signer.close();
  }
}

function absoluteSource(source: PinSource, folder: string): PinSource {
  return source.kind === 'fd' ? source : { ...source, path: path.resolve(folder, source.path) };
}
