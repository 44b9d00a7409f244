/**
 * A TUF repository in memory, with keys of its own and a fixed clock. Its metadata is plain JSON that
 * a test changes at will; `publish` gives every changed role its next version, signs it, and lays
 * the files out as a server would have them.
 */
import { createHash } from 'node:crypto';
import { canonicalBytes, formatDocument } from '../../core/metadata/document.ts';
import type { JsonObject, JsonValue } from '../../core/metadata/json.ts';
import type { KeyJson } from '../../core/metadata/keys.ts';
import { hashedTargetPath } from '../../core/metadata/names.ts';
import { newKey, signatureBy, type TestKey } from './test-keys.ts';

export { newKey, type TestKey } from './test-keys.ts';

/** The time at which tests look at the repository; everything it signs lives a month from here. */
export const testTime = new Date('2030-06-01T12:00:00Z');
const inAMonth = '2030-07-01T12:00:00Z';
export const yesterday = '2030-05-31T12:00:00Z';

interface RoleJson extends JsonObject {
  keyids: string[];
  threshold: number;
}

interface CommonJson extends JsonObject {
  _type: string;
  spec_version: string;
  version: number;
  expires: string;
}

export interface RootJson extends CommonJson {
  consistent_snapshot: boolean;
  keys: Record<string, KeyJson>;
  roles: Record<TopLevel, RoleJson>;
}

interface MetaJson extends JsonObject {
  version: number;
}

interface MetaFilesJson extends CommonJson {
  meta: Record<string, MetaJson>;
}

interface TargetJson extends JsonObject {
  length: number;
  hashes: Record<string, string>;
}

export interface TargetsJson extends CommonJson {
  targets: Record<string, TargetJson>;
  delegations: JsonObject & { keys: Record<string, KeyJson>; roles: JsonValue[] };
}

type TopLevel = 'root' | 'timestamp' | 'snapshot' | 'targets';

export interface DelegationOptions {
  readonly from?: string;
  readonly paths?: readonly string[];
  readonly terminating?: boolean;
  /** The keys that this delegator names for the role; the first delegation's ones sign it. */
  readonly keys?: readonly TestKey[];
  readonly threshold?: number;
}

export class SimulatedRepository {
  readonly root: RootJson;
  readonly timestamp: MetaFilesJson;
  readonly snapshot: MetaFilesJson;
  /** Top-level and delegated targets roles, by name. */
  readonly roles = new Map<string, TargetsJson>();
  /** Who signs each role. */
  readonly signers = new Map<string, TestKey[]>();
  /** What a server has, by path below the content URL, decoded. */
  readonly files = new Map<string, Uint8Array>();
  /** Whether timestamp and snapshot say length and hash of what they name. */
  namesContent = true;
  #lastRootSigners: readonly TestKey[] = [];
  readonly #latest = new Map<string, Uint8Array>();
  readonly #published = new Map<string, string>();
  readonly #contents = new Map<string, Uint8Array>();
  readonly #expires: string;

  /** @param expires of every role, until a test gives one another */
  constructor(expires = inAMonth) {
    this.#expires = expires;
    this.timestamp = { ...common('timestamp', expires), meta: {} };
    this.snapshot = { ...common('snapshot', expires), meta: {} };
    this.roles.set('targets', emptyTargets(expires));
    const topLevel = ['root', 'timestamp', 'snapshot', 'targets'] as const;
    const keys = topLevel.map((role) => [role, newKey()] as const);
    for (const [role, key] of keys) this.signers.set(role, [key]);
    this.root = {
      ...common('root', expires),
      consistent_snapshot: true,
      keys: Object.fromEntries(keys.map(([, key]) => [key.keyid, key.json])),
      roles: roleMap((role) => ({
        keyids: this.signersOf(role).map((key) => key.keyid),
        threshold: 1,
      })),
    };
    this.publishRoot();
  }

  get targets(): TargetsJson {
    return this.role('targets');
  }

  role(name: string): TargetsJson {
    const role = this.roles.get(name);
    if (role === undefined) throw new RangeError(`no role ${name}`);
    return role;
  }

  signersOf(role: string): readonly TestKey[] {
    return this.signers.get(role) ?? [];
  }

  /** The newest published file of a role, byte for byte. */
  bytes(role: string): Uint8Array {
    const bytes = this.#latest.get(role);
    if (bytes === undefined) throw new RangeError(`${role} is not published`);
    return bytes;
  }

  addTarget(path: string, content: string | Uint8Array, role = 'targets'): void {
    const bytes = Buffer.from(content);
    this.#contents.set(path, bytes);
    this.role(role).targets[path] = { length: bytes.length, hashes: { sha256: sha256(bytes) } };
  }

  delegate(name: string, options: DelegationOptions = {}): void {
    const { from = 'targets', paths = ['*'], terminating = false, threshold = 1 } = options;
    const keys = options.keys ?? [newKey()];
    const { delegations } = this.role(from);
    for (const key of keys) delegations.keys[key.keyid] = key.json;
    const keyids = keys.map((key) => key.keyid);
    delegations.roles.push({ name, keyids, threshold, terminating, paths: [...paths] });
    if (!this.roles.has(name)) this.roles.set(name, emptyTargets(this.#expires));
    if (!this.signers.has(name)) this.signers.set(name, [...keys]);
  }

  /** Gives a top-level role a new key in root, or these; `publishRoot` makes it known. */
  rotate(role: TopLevel, keys: readonly TestKey[] = [newKey()]): void {
    const old = this.root.roles[role].keyids;
    const kept = Object.entries(this.root.keys).filter(([keyid]) => !old.includes(keyid));
    const added = keys.map((key) => [key.keyid, key.json]);
    this.root.keys = Object.fromEntries([...kept, ...added]) as RootJson['keys'];
    this.root.roles[role].keyids = keys.map((key) => key.keyid);
    this.signers.set(role, [...keys]);
  }

  /** Signs the next root by the keys of the last one and its own, and adds it. */
  publishRoot(): Uint8Array {
    this.root.version += 1;
    const bytes = signed(this.root, [
      ...new Set([...this.#lastRootSigners, ...this.signersOf('root')]),
    ]);
    this.#lastRootSigners = this.signersOf('root');
    this.#latest.set('root', bytes);
    this.files.set(`metadata/${this.root.version}.root.json`, bytes);
    return bytes;
  }

  /** Publishes what has changed, under a new snapshot and timestamp. */
  publish(): void {
    for (const name of this.roles.keys()) this.#publishTargets(name);
    this.snapshot.version += 1;
    this.#latest.set('snapshot', signed(this.snapshot, this.signersOf('snapshot')));
    this.timestamp.meta = { 'snapshot.json': this.#metaOf('snapshot', this.snapshot.version) };
    this.publishTimestamp();
    this.#place('snapshot', this.snapshot.version);
    this.#placeTargets();
  }

  /** Publishes a new timestamp for whatever it names now. */
  publishTimestamp(): void {
    this.timestamp.version += 1;
    const bytes = signed(this.timestamp, this.signersOf('timestamp'));
    this.#latest.set('timestamp', bytes);
    this.files.set('metadata/timestamp.json', bytes);
  }

  #publishTargets(name: string): void {
    const role = this.role(name);
    const signers = this.signersOf(name);
    const content = JSON.stringify([{ ...role, version: 0 }, signers.map((key) => key.keyid)]);
    if (this.#published.get(name) !== content) {
      this.#published.set(name, content);
      role.version += 1;
      this.#latest.set(name, signed(role, signers));
      this.snapshot.meta[`${name}.json`] = this.#metaOf(name, role.version);
    }
    this.#place(name, role.version);
  }

  #metaOf(role: string, version: number): MetaJson {
    if (!this.namesContent) return { version };
    const bytes = this.bytes(role);
    return { version, length: bytes.length, hashes: { sha256: sha256(bytes) } };
  }

  #place(role: string, version: number): void {
    const prefix = this.root.consistent_snapshot ? `${version}.` : '';
    this.files.set(`metadata/${prefix}${role}.json`, this.bytes(role));
  }

  #placeTargets(): void {
    for (const [path, content] of this.#contents) {
      const name = this.root.consistent_snapshot ? hashedTargetPath(path, sha256(content)) : path;
      this.files.set(`targets/${name}`, content);
    }
  }
}

/** A metadata file: this JSON, signed by these keys. */
export function signed(json: JsonObject, keys: readonly TestKey[]): Uint8Array {
  const bytes = canonicalBytes(json, 'test');
  return formatDocument(
    json,
    keys.map((key) => signatureBy(key, bytes)),
  );
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function common(type: string, expires: string): CommonJson {
  return { _type: type, spec_version: '1.0.34', version: 0, expires };
}

function emptyTargets(expires: string): TargetsJson {
  return { ...common('targets', expires), targets: {}, delegations: { keys: {}, roles: [] } };
}

function roleMap(role: (name: TopLevel) => RoleJson): Record<TopLevel, RoleJson> {
  return {
    root: role('root'),
    timestamp: role('timestamp'),
    snapshot: role('snapshot'),
    targets: role('targets'),
  };
}
