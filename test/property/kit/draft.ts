/**
 * Changes to a source tree that keep it valid: metadata is plain JSON that a test edits at will;
 * `seal` gives what was edited its next version and the signatures that its delegator asks for.
 */
import { formatDocument, type RoleSignature } from '../../../core/metadata/document.ts';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { roleFile, rootHistoryFile, targetFile } from '../../../core/rules/state.ts';
import { anyCanonicalBytes } from '../../kit/any-canonical.ts';
import { inDays, repositoryName, type Tree } from '../../kit/source-tree.ts';
import { heldKey, signatureOf, type RingKey } from './key-ring.ts';
import { delegationsIn } from './reference-walk.ts';

/** What one commit holds. */
export interface State {
  readonly tree: Tree;
  /** How far each role ever got, those that are gone among them. */
  readonly reached: ReadonlyMap<string, number>;
}

export interface Authority {
  readonly keyids: readonly string[];
  readonly threshold: number;
}

/** What is to go otherwise than it should when a draft is sealed. */
export interface SealOptions {
  /** Has the last word on what is signed. */
  readonly edit?: (role: string, signed: JsonObject) => JsonObject;
  readonly sign?: (role: string, rightly: readonly RoleSignature[]) => readonly RoleSignature[];
  readonly format?: (role: string, bytes: Uint8Array) => Uint8Array;
}

export class Draft {
  readonly before: State | undefined;
  readonly #tree: Tree;
  readonly #documents = new Map<string, JsonObject>();
  readonly #edited = new Set<string>();

  constructor(before?: State) {
    this.before = before;
    this.#tree = new Map(before?.tree);
  }

  /** What a role says now, to look at. */
  signed(role: string): JsonObject | undefined {
    const known = this.#documents.get(role) ?? signedIn(this.#tree, role);
    if (known !== undefined) this.#documents.set(role, known);
    return known;
  }

  /** What a role says now, to be changed: it gets its next version. */
  edit(role: string): JsonObject {
    const signed = this.signed(role);
    if (signed === undefined) throw new RangeError(`no role ${role}`);
    this.#edited.add(role);
    return signed;
  }

  add(role: string, signed: JsonObject): void {
    this.#documents.set(role, { ...signed, version: this.before?.reached.get(role) ?? 0 });
    this.#edited.add(role);
  }

  remove(role: string): void {
    this.#documents.delete(role);
    this.#edited.delete(role);
    this.#tree.delete(roleFile(role));
  }

  get edited(): ReadonlySet<string> {
    return this.#edited;
  }

  /** `targets` and all that can be reached from it, in pre-order. */
  roles(): readonly string[] {
    const found = new Set<string>();
    const add = (role: string): void => {
      if (found.has(role)) return;
      found.add(role);
      for (const { name } of delegationsIn(this.signed(role))) add(name);
    };
    add('targets');
    return [...found];
  }

  delegatorOf(role: string): string | undefined {
    return this.roles().find((one) =>
      delegationsIn(this.signed(one)).some(({ name }) => name === role),
    );
  }

  authorityOf(role: string): Authority {
    if (role === 'root' || role === 'targets') return rootAuthorityIn(this.signed('root'), role);
    const delegator = this.delegatorOf(role);
    const found = delegationsIn(delegator === undefined ? undefined : this.signed(delegator));
    return found.find(({ name }) => name === role) ?? { keyids: [], threshold: 0 };
  }

  target(path: string): Uint8Array | undefined {
    return this.#tree.get(targetFile(path));
  }

  putTarget(path: string, content: Uint8Array): void {
    this.#tree.set(targetFile(path), content);
  }

  removeTarget(path: string): void {
    this.#tree.delete(targetFile(path));
  }

  seal(options: SealOptions = {}): State {
    const reached = new Map(this.before?.reached);
    for (const role of this.#edited) {
      const signed = this.edit(role);
      const version = versionIn(signed) + 1;
      signed['version'] = version;
      reached.set(role, version);
      const authority = this.authorityOf(role);
      const said = options.edit?.(role, signed) ?? signed;
      this.#write(role, said, authority, options);
    }
    return { tree: this.#tree, reached };
  }

  #write(role: string, signed: JsonObject, own: Authority, { sign, format }: SealOptions): void {
    const authorities =
      role === 'root' ? [...this.#oldRoot(), rootAuthorityIn(signed, role)] : [own];
    const rightly = signaturesOf(signed, signersOf(authorities, versionIn(signed)));
    const usual = formatDocument(signed, sign?.(role, rightly) ?? rightly);
    const bytes = format?.(role, usual) ?? usual;
    this.#tree.set(roleFile(role), bytes);
    if (role === 'root') this.#tree.set(rootHistoryFile(versionIn(signed)), bytes);
  }

  #oldRoot(): readonly Authority[] {
    const old = this.before && signedIn(this.before.tree, 'root');
    return old === undefined ? [] : [rootAuthorityIn(old, 'root')];
  }
}

/** As many as are needed or, in even versions, all of them. */
function signersOf(authorities: readonly Authority[], version: number): readonly RingKey[] {
  const keyids = authorities.flatMap(({ keyids: all, threshold }) =>
    version % 2 === 0 ? all : all.slice(0, threshold),
  );
  return [...new Set(keyids)].flatMap((keyid) => heldKey(keyid) ?? []);
}

function signaturesOf(signed: JsonObject, keys: readonly RingKey[]): readonly RoleSignature[] {
  const bytes = anyCanonicalBytes(signed);
  return keys.map((key) => signatureOf(key, bytes));
}

/** What a role's file says, undefined when there is none; a copy. */
export function signedIn(tree: Tree, role: string): JsonObject | undefined {
  const bytes = tree.get(roleFile(role));
  if (bytes === undefined) return undefined;
  return (JSON.parse(Buffer.from(bytes).toString()) as { signed: JsonObject }).signed;
}

/** The fields that every role has; `version` is for the draft to set. */
export function commonFields(type: 'root' | 'targets'): JsonObject {
  return {
    _type: type,
    spec_version: '1.0.34',
    version: 0,
    expires: inDays(300),
    'x-tuf-on-git-repository': repositoryName,
  };
}

/** Here and below, a test may have made anything of what is signed. */
function versionIn({ version }: JsonObject): number {
  return typeof version === 'number' ? version : 0;
}

function rootAuthorityIn(root: JsonObject | undefined, role: 'root' | 'targets'): Authority {
  const roles = root?.['roles'] as Record<string, Partial<Authority> | null> | null | undefined;
  const { keyids, threshold } = roles?.[role] ?? {};
  return {
    keyids: Array.isArray(keyids) ? keyids : [],
    threshold: typeof threshold === 'number' ? threshold : 0,
  };
}
