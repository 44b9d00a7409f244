/**
 * The trusted set: the state machine of the client workflow, TUF 1.0.34 §5.3–5.6.
 *
 * State: one root, always; then perhaps a timestamp, a snapshot, the top-level targets and delegated
 * roles, each verified by what stands before it. Five rules hold:
 *
 *  1. Order: root* → timestamp* → snapshot* → targets*. A step back is `metadata.order`: a new root
 *     never meets a timestamp that an older root vouched for.
 *  2. Every document is verified whole before it replaces anything; a refused one leaves no trace,
 *     with the exception of 4.
 *  3. Root goes up by exactly one version; a timestamp, and each version that a timestamp or a
 *     snapshot names, never goes down.
 *  4. A verified timestamp or snapshot that has expired, and a verified snapshot out of the own cache
 *     that is no longer the named one, stay as the base of 3 while they are refused as final. So
 *     what an old cache knows still protects. Whoever keeps files keeps final ones only.
 *  5. The next role is only loaded by a final one: unexpired at the reference time, which never
 *     changes, and of the version named above it. Of a chain of roots only the newest must be final.
 *
 * A delegated role is kept per delegator: being valid under one says nothing about another.
 */
import { fault } from '../error/error.ts';
import { checkContent } from './content.ts';
import { parseDocument, type Document } from './document.ts';
import type { RoleType } from './model.ts';
import { checkOwnRepeat, checkSameRepository, checkSameRoot } from './repository-name.ts';
import { checkSnapshotRollback, checkTimestampRollback, oldSetHint } from './rollback.ts';
import { delegatedAuthority, losesOnlineKey, rootAuthority } from './authority.ts';
import { verifyThreshold, type Authority } from './threshold.ts';
import type { MetaFile } from './tufjs.ts';

/** A document whose signatures a trusted set has verified. */
export type Verified<T extends RoleType> = Document<T> & { readonly brand: 'Verified' };

const expiredHint =
  'if the clock here is right, tell whoever runs the repository: it was not renewed, or is an old set';
const mixedSetHint = 'the server or a mirror mixes old files with new ones: tell whoever runs it';

export class TrustedSet {
  /** The fixed start time of the update: TUF 1.0.34 §5.1. */
  readonly referenceTime: Date;
  #root: Verified<'root'>;
  #timestamp: Verified<'timestamp'> | undefined;
  #snapshot: Verified<'snapshot'> | undefined;
  #targets: Verified<'targets'> | undefined;
  #onlineKeysReplaced = false;
  /** Roles by the delegator that led to them; a delegator is a document, not a name. */
  readonly #delegated = new Map<Verified<'targets'>, Map<string, Verified<'targets'>>>();
  readonly #lastRead = new Map<string, Document<'targets'>>();

  private constructor(root: Verified<'root'>, referenceTime: Date) {
    this.#root = root;
    this.referenceTime = referenceTime;
  }

  /**
   * Starts from a root that is trusted already (TUF 1.0.34 §5.2); it must verify under itself and
   * may have expired.
   * @throws `json.*`, `role.type`, `role.threshold`
   */
  static fromRoot(bytes: Uint8Array, options: { readonly referenceTime: Date }): TrustedSet {
    const root = parseDocument('root', bytes, 'root.json');
    verifyThreshold(root, rootAuthority(root.signed, 'root'), 'root.json');
    checkOwnRepeat(root);
    return new TrustedSet(verified(root), options.referenceTime);
  }

  get root(): Verified<'root'> {
    return this.#root;
  }

  get timestamp(): Verified<'timestamp'> | undefined {
    return this.#timestamp;
  }

  get snapshot(): Verified<'snapshot'> | undefined {
    return this.#snapshot;
  }

  /** The top-level targets role. */
  get targets(): Verified<'targets'> | undefined {
    return this.#targets;
  }

  /** A delegated role, if it was loaded by this very delegator. */
  delegated(role: string, delegator: Verified<'targets'>): Verified<'targets'> | undefined {
    return this.#delegated.get(delegator)?.get(role);
  }

  /**
   * True once a root update took a timestamp or snapshot key away. Stored timestamps and snapshots
   * must then be deleted, not loaded (TUF 1.0.34 §5.3.11, recovery from fast-forward attacks).
   */
  get onlineKeysReplaced(): boolean {
    return this.#onlineKeysReplaced;
  }

  /** What the snapshot says of a targets role. */
  metaOf(role: string): MetaFile | undefined {
    const meta = this.#snapshot?.signed.meta ?? {};
    return Object.hasOwn(meta, `${role}.json`) ? meta[`${role}.json`] : undefined;
  }

  /**
   * The next root: TUF 1.0.34 §5.3.4 and §5.3.5. Its expiry does not matter yet (§5.3.6).
   * @throws `role.threshold`, `rollback.root`, `root.version-not-next`, `role.other-repository`
   */
  updateRoot(bytes: Uint8Array): Verified<'root'> {
    inOrder(this.#timestamp === undefined, 'root.json', 'a root comes before the timestamp');
    const root = parseDocument('root', bytes, 'root.json');
    // §5.3.4: a threshold of the trusted root's keys, and one of its own
    verifyThreshold(root, rootAuthority(this.#root.signed, 'root'), 'root.json');
    checkNextVersion(this.#root, root); // §5.3.5
    verifyThreshold(root, rootAuthority(root.signed, 'root'), 'root.json');
    checkSameRoot(this.#root, root);
    this.#onlineKeysReplaced ||= losesOnlineKey(this.#root.signed, root.signed);
    this.#root = verified(root); // §5.3.7
    return this.#root;
  }

  /** The end of the chain of roots: TUF 1.0.34 §5.3.10. @throws `role.expired` */
  requireFreshRoot(): void {
    this.#requireFresh(this.#root, 'root.json');
  }

  /**
   * A timestamp: TUF 1.0.34 §5.4.2–5.4.4. `same` means that its version is the trusted one's, which
   * is kept, whatever the new one holds.
   * @throws `role.threshold`, `rollback.timestamp`, `rollback.snapshot`, `role.expired`,
   *   `role.other-repository`
   */
  updateTimestamp(bytes: Uint8Array): 'new' | 'same' {
    inOrder(this.#snapshot === undefined, 'timestamp.json', 'it comes before the snapshot');
    this.requireFreshRoot();
    const timestamp = this.#verifyTopLevel('timestamp', bytes); // §5.4.2
    if (this.#timestamp?.signed.version === timestamp.signed.version) {
      this.#requireFinalTimestamp();
      return 'same';
    }
    if (this.#timestamp !== undefined) {
      checkTimestampRollback(this.#timestamp.signed, timestamp.signed); // §5.4.3
    }
    this.#timestamp = timestamp;
    this.#requireFinalTimestamp(); // §5.4.4
    return 'new';
  }

  /**
   * A snapshot: TUF 1.0.34 §5.5.2–5.5.6.
   * @param file its bytes, or what `parseDocument` made of them
   * @param options.trustedBytes the bytes come from the own cache: length and hash are not asked,
   *   and a snapshot that is no longer the named one stays as the base of rollback checks
   * @throws `metadata.length`, `metadata.hash`, `role.threshold`, `version.mismatch`,
   *   `rollback.targets`, `role.expired`, `role.other-repository`
   */
  updateSnapshot(
    file: Uint8Array | Document<'snapshot'>,
    options: { readonly trustedBytes?: boolean } = {},
  ): Verified<'snapshot'> {
    inOrder(this.#targets === undefined, 'snapshot.json', 'it comes before the targets');
    const { snapshotMeta } = this.#requireFinalTimestamp().signed;
    const fromCache = options.trustedBytes === true;
    const bytes = file instanceof Uint8Array ? file : file.bytes;
    if (!fromCache) checkContent(bytes, snapshotMeta, 'snapshot.json'); // §5.5.2
    const snapshot = this.#verifyTopLevel('snapshot', file); // §5.5.3
    if (!fromCache) checkVersion(snapshot, snapshotMeta, 'snapshot.json'); // §5.5.4
    if (this.#snapshot !== undefined) {
      checkSnapshotRollback(this.#snapshot.signed, snapshot.signed); // §5.5.5
    }
    this.#snapshot = snapshot;
    return this.#requireFinalSnapshot(); // §5.5.4 and §5.5.6
  }

  /**
   * The top-level targets role: TUF 1.0.34 §5.6.2–5.6.5.
   * @throws `role.missing`, `metadata.length`, `metadata.hash`, `role.threshold`,
   *   `version.mismatch`, `role.expired`, `role.other-repository`
   */
  updateTargets(bytes: Uint8Array): Verified<'targets'> {
    const authority = rootAuthority(this.#root.signed, 'targets');
    const targets = this.#verifyTargets(bytes, 'targets', authority);
    this.#targets = targets;
    return targets;
  }

  /**
   * A delegated role, verified by the keys of this delegator: TUF 1.0.34 §5.6.7 with §5.6.2–5.6.5.
   * @throws as `updateTargets`; `role.missing` too when the delegator does not name the role
   */
  updateDelegatedTargets(
    bytes: Uint8Array,
    role: string,
    delegator: Verified<'targets'>,
  ): Verified<'targets'> {
    const siblings = this.#delegated.get(delegator);
    inOrder(siblings !== undefined, `${role}.json`, 'its delegator comes first');
    const authority = delegatedAuthority(delegator.signed, role);
    if (authority === undefined) {
      throw fault('role.missing', `${role}.json`, 'its delegator does not name it');
    }
    const targets = this.#verifyTargets(bytes, role, authority);
    siblings?.set(role, targets);
    return targets;
  }

  #verifyTargets(bytes: Uint8Array, role: string, authority: Authority): Verified<'targets'> {
    const where = `${role}.json`;
    this.#requireFinalSnapshot();
    const meta = this.metaOf(role);
    if (meta === undefined) throw fault('role.missing', where, 'the snapshot does not list it');
    checkContent(bytes, meta, where); // §5.6.2
    const targets = this.#read(bytes, role);
    verifyThreshold(targets, authority, where); // §5.6.3
    checkSameRepository(this.#root, targets, where);
    checkVersion(targets, meta, where); // §5.6.4
    this.#requireFresh(targets, where); // §5.6.5
    const known = verified(targets);
    if (!this.#delegated.has(known)) this.#delegated.set(known, new Map());
    this.#lastRead.set(role, targets);
    return known;
  }

  /** One document for one content: the same bytes under another delegator are not read twice. */
  #read(bytes: Uint8Array, role: string): Document<'targets'> {
    const last = this.#lastRead.get(role);
    if (last !== undefined && Buffer.compare(last.bytes, bytes) === 0) return last;
    return parseDocument('targets', bytes, `${role}.json`);
  }

  #verifyTopLevel<T extends 'timestamp' | 'snapshot'>(
    type: T,
    file: Uint8Array | Document<T>,
  ): Verified<T> {
    const where = `${type}.json`;
    const document = file instanceof Uint8Array ? parseDocument(type, file, where) : file;
    verifyThreshold(document, rootAuthority(this.#root.signed, type), where);
    checkSameRepository(this.#root, document, where);
    return verified(document);
  }

  #requireFinalTimestamp(): Verified<'timestamp'> {
    const timestamp = this.#timestamp;
    if (timestamp === undefined) throw outOfOrder('snapshot.json', 'the timestamp comes first');
    this.#requireFresh(timestamp, 'timestamp.json');
    return timestamp;
  }

  #requireFinalSnapshot(): Verified<'snapshot'> {
    const snapshot = this.#snapshot;
    if (snapshot === undefined) throw outOfOrder('targets.json', 'the snapshot comes first');
    const { snapshotMeta } = this.#requireFinalTimestamp().signed;
    checkVersion(snapshot, snapshotMeta, 'snapshot.json');
    this.#requireFresh(snapshot, 'snapshot.json');
    return snapshot;
  }

  #requireFresh(document: Document, where: string): void {
    const { expires } = document.signed;
    if (new Date(expires) <= this.referenceTime) {
      const message = `it was good until ${expires} and has expired`;
      throw fault('role.expired', where, message, { hint: expiredHint });
    }
  }
}

function checkNextVersion(trusted: Document<'root'>, next: Document<'root'>): void {
  const expected = trusted.signed.version + 1;
  const { version } = next.signed;
  if (version === expected) return;
  const isOlder = version < trusted.signed.version;
  const code = isOlder ? 'rollback.root' : 'root.version-not-next';
  const message = `it is version ${version}, but version ${expected} must come next`;
  throw fault(code, 'root.json', message, { hint: isOlder ? oldSetHint : mixedSetHint });
}

function checkVersion(document: Document, meta: MetaFile, where: string): void {
  const { version } = document.signed;
  if (version === meta.version) return;
  const message = `it is version ${version}, but version ${meta.version} is signed for`;
  throw fault('version.mismatch', where, message, { hint: mixedSetHint });
}

function inOrder(condition: boolean, where: string, message: string): void {
  if (!condition) throw outOfOrder(where, message);
}

function outOfOrder(where: string, message: string) {
  return fault('metadata.order', where, message);
}

function verified<T extends RoleType>(document: Document<T>): Verified<T> {
  return document as Verified<T>;
}
