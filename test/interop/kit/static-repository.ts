import { createHash, sign, type KeyObject } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { canonicalize } from '@tufjs/canonical-json';
import { Metadata, MetadataKind, Signature } from '@tufjs/models';
import { ed25519Pair } from '../../kit/key-pair.ts';

type Signed = Parameters<typeof Metadata.fromJSON>[1];

/** The one delegated role, and what is delegated to it. */
const delegatedRole = { name: 'alice', paths: ['alice/*/*/*'] };

/**
 * A repository of static files, made without any code of ours: consistent snapshots, Ed25519, one
 * key for each role, one delegated role that lists all targets. It shows that a foreign client runs
 * here and really verifies, apart from what our daemon publishes.
 */
export class StaticRepository {
  readonly #folder: string;
  readonly #keys = {
    root: makeKey(),
    timestamp: makeKey(),
    snapshot: makeKey(),
    targets: makeKey(),
    alice: makeKey(),
  };
  #version = 0;

  /** @param folder where metadata/ and targets/ are written, ready to be served */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The bytes of version 1 of root, the only one there is. */
  get root(): Uint8Array {
    const { root, timestamp, snapshot, targets } = this.#keys;
    const roles = { root, timestamp, snapshot, targets };
    return this.#sealed(MetadataKind.Root, root, {
      ...header('root', 1),
      consistent_snapshot: true,
      keys: keysJson(Object.values(roles)),
      roles: Object.fromEntries(
        Object.entries(roles).map(([role, key]) => [role, { keyids: [key.id], threshold: 1 }]),
      ),
    });
  }

  /**
   * Publishes the next version of every role but root.
   * @param targets all target files of that version: target path to content
   */
  async publish(targets: Readonly<Record<string, string>>): Promise<void> {
    this.#version += 1;
    for (const [target, content] of Object.entries(targets)) {
      const { dir, base } = path.posix.parse(target);
      await this.#write(`targets/${dir}/${sha256(content)}.${base}`, Buffer.from(content));
    }
    await this.#write('metadata/1.root.json', this.root);
    await this.#writeTargets(targets);
    await this.#writeOnlineRoles();
  }

  async #writeTargets(targets: Readonly<Record<string, string>>): Promise<void> {
    const { targets: key, alice } = this.#keys;
    const version = this.#version;
    const delegation = { ...delegatedRole, keyids: [alice.id], threshold: 1, terminating: true };
    const top = {
      ...header('targets', version),
      targets: {},
      delegations: { keys: keysJson([alice]), roles: [delegation] },
    };
    const files: Record<string, Signed> = {};
    for (const [target, content] of Object.entries(targets)) {
      const hashes = { sha256: sha256(content) };
      files[target] = { length: Buffer.byteLength(content), hashes };
    }
    const delegated = { ...header('targets', version), targets: files };
    const seal = (key: MadeKey, signed: Signed): Uint8Array =>
      this.#sealed(MetadataKind.Targets, key, signed);
    await this.#write(`metadata/${version}.targets.json`, seal(key, top));
    await this.#write(`metadata/${version}.${delegatedRole.name}.json`, seal(alice, delegated));
  }

  async #writeOnlineRoles(): Promise<void> {
    const { snapshot, timestamp } = this.#keys;
    const version = this.#version;
    const files = ['targets.json', `${delegatedRole.name}.json`];
    const meta = Object.fromEntries(files.map((file) => [file, { version }]));
    const snapshotBytes = this.#sealed(MetadataKind.Snapshot, snapshot, {
      ...header('snapshot', version),
      meta,
    });
    await this.#write(`metadata/${version}.snapshot.json`, snapshotBytes);
    const timestampBytes = this.#sealed(MetadataKind.Timestamp, timestamp, {
      ...header('timestamp', version),
      meta: { 'snapshot.json': { version } },
    });
    await this.#write('metadata/timestamp.json', timestampBytes);
  }

  /** The models have no overload for "any kind", but all kinds are made alike. */
  #sealed(kind: MetadataKind, key: MadeKey, signed: Signed): Uint8Array {
    const metadata = Metadata.fromJSON(kind as MetadataKind.Root, { signed, signatures: [] });
    metadata.sign((bytes) => {
      return new Signature({
        keyID: key.id,
        sig: sign(null, bytes, key.privateKey).toString('hex'),
      });
    });
    return Buffer.from(JSON.stringify(metadata.toJSON(), undefined, 1));
  }

  async #write(place: string, bytes: Uint8Array): Promise<void> {
    const file = path.join(this.#folder, place);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}

interface MadeKey {
  readonly id: string;
  readonly json: Signed;
  readonly privateKey: KeyObject;
}

function makeKey(): MadeKey {
  const { publicKey, privateKey } = ed25519Pair();
  const x = publicKey.export({ format: 'jwk' }).x ?? '';
  const value = { public: Buffer.from(x, 'base64url').toString('hex') };
  const json = { keytype: 'ed25519', scheme: 'ed25519', keyval: value };
  return { id: sha256(canonicalize(json)), json, privateKey };
}

function keysJson(keys: readonly MadeKey[]): Signed {
  return Object.fromEntries(keys.map(({ id, json }) => [id, json]));
}

/** Foreign clients read the clock of the machine, so this does too. */
function header(type: string, version: number): Signed {
  const expires = new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
  return { _type: type, spec_version: '1.0.34', version, expires };
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
