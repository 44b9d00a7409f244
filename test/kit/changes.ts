/**
 * Changes of the tree of `validTree` in few words, for tables of pushes: each takes the tree as it
 * stands, makes the next version of a role, and signs it as its people would.
 */
import assert from 'node:assert/strict';
import { formatDocument, type RoleSignature } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { nextVersion, signedOf } from './home.ts';
import type { Change } from './push-scene.ts';
import {
  delegationTo,
  entryOf,
  fileOf,
  keysOf,
  people,
  putRole,
  putRoot,
  putTarget,
  repositoryName,
  roleSigned,
  signaturesOf,
  type TestKey,
  type Tree,
} from './source-tree.ts';

export const all =
  (...changes: readonly Change[]): Change =>
  (tree, odd) => {
    for (const change of changes) change(tree, odd);
  };

/** The next version of alice's role, with fields put in. */
export const alice =
  (fields: JsonObject = {}, keys?: readonly TestKey[]): Change =>
  (tree) => {
    nextVersion(tree, 'alice', (signed) => ({ ...signed, ...fields }));
    if (keys !== undefined) putRole(tree, 'alice', signedOf(tree, 'alice'), keys);
  };

/** The next root, with fields put in. */
export const root =
  (fields: JsonObject = {}, keys?: readonly TestKey[]): Change =>
  (tree) => {
    nextVersion(tree, 'root', (signed) => ({ ...signed, ...fields }));
    if (keys !== undefined) putRoot(tree, signedOf(tree, 'root'), keys);
  };

/** The next root, with fields of its policy put in. */
export const policy = (fields: JsonObject): Change =>
  root({ 'x-tuf-on-git-policy': { repository: repositoryName, ...fields } });

/** The next root, with one of its roles changed. */
export const rootRole =
  (name: string, fields: JsonObject, keys?: readonly TestKey[]): Change =>
  (tree, odd) => {
    const roles = signedOf(tree, 'root')['roles'] as Record<string, JsonObject>;
    root({ roles: { ...roles, [name]: { ...roles[name], ...fields } } }, keys)(tree, odd);
  };

export interface DelegationChanges {
  /** Fields put into the delegation to alice; `nothing`: alice is no longer delegated to. */
  readonly alice?: JsonObject | 'nothing';
  /** The same for bob. */
  readonly bob?: JsonObject | 'nothing';
  /** Delegations before those. */
  readonly first?: readonly JsonObject[];
  /** Delegations after those to alice and bob. */
  readonly more?: readonly JsonObject[];
  /** Keys beside those of alice and bob. */
  readonly keys?: readonly PublicKey[];
  /** Fields put into targets itself. */
  readonly fields?: JsonObject;
}

/** The next version of targets, with other delegations. */
export const targets =
  (changes: DelegationChanges = {}): Change =>
  (tree) => {
    const { first = [], more = [], keys = [], fields = {} } = changes;
    const own = (['alice', 'bob'] as const).flatMap((name) => {
      const { [name]: put = {} } = changes;
      const delegation = delegationTo(name, people[name], `${name}-project/*/*/*`);
      return put === 'nothing' ? [] : [{ ...delegation, ...put }];
    });
    const roles = [...first, ...own, ...more];
    const delegations = { keys: keysOf(people.alice, people.bob, ...keys), roles };
    nextVersion(tree, 'targets', (signed) => ({ ...signed, ...fields, delegations }));
  };

/** Alice's next version delegates like this, to one key. */
export const aliceDelegates = (key: PublicKey, ...roles: readonly JsonObject[]): Change =>
  alice({ delegations: { keys: keysOf(key), roles: [...roles] } });

/** Alice's role may be signed by alice and by bob, and either is enough. */
export const aliceOrBob = targets({
  alice: { keyids: [people.alice.keyid, people.bob.keyid] },
});

/** The first version of a role without targets. */
export const newRole =
  (name: string, keys: readonly TestKey[], fields: JsonObject = {}): Change =>
  (tree) => {
    putRole(tree, name, { ...roleSigned(1, {}), ...fields }, keys);
  };

/** Alice lists one more target and brings its file along; fields are put into its entry. */
export const release =
  (
    path: string,
    fields: JsonObject = {},
    content: string | Uint8Array = `content of ${path}`,
  ): Change =>
  (tree) => {
    tree.set(`targets/${path}`, Buffer.from(content));
    list(tree, 'alice', path, { ...entryOf(tree, path), ...fields });
  };

/** Bob does. */
export const releaseByBob =
  (path: string): Change =>
  (tree) => {
    putTarget(tree, path, `bob’s ${path}`);
    list(tree, 'bob', path, entryOf(tree, path));
  };

/** Alice lists one more target, and brings no file along. */
export const listed =
  (path: string): Change =>
  (tree) => {
    list(tree, 'alice', path, entryOf(tree, fileOf.alice));
  };

function list(tree: Tree, role: 'alice' | 'bob', path: string, entry: JsonObject): void {
  nextVersion(tree, role, (signed) => ({
    ...signed,
    targets: { ...(signed['targets'] as JsonObject), [path]: entry },
  }));
}

export const newFile = 'alice-project/tool/1.0.1/tool.tgz';

export const file =
  (path: string, content: string | Uint8Array): Change =>
  (tree) => {
    tree.set(path, Buffer.from(content));
  };

export const without =
  (...paths: readonly string[]): Change =>
  (tree) => {
    for (const path of paths) assert.ok(tree.delete(path), path);
  };

/** Other bytes in place of some in a file. */
export const text =
  (path: string, from: string, to: string): Change =>
  (tree) => {
    const before = Buffer.from(tree.get(path) ?? '').toString();
    assert.ok(before.includes(from), `${path} has no ${from}`);
    tree.set(path, Buffer.from(before.replace(from, () => to)));
  };

/** Other signatures on alice's role: made of those that alice and bob give it. */
export const aliceSignatures =
  (make: (byAlice: RoleSignature, byBob: RoleSignature) => readonly RoleSignature[]): Change =>
  (tree, odd) => {
    alice()(tree, odd);
    const signed = signedOf(tree, 'alice');
    const [byAlice, byBob] = signaturesOf(signed, [people.alice, people.bob]);
    assert.ok(byAlice !== undefined && byBob !== undefined);
    tree.set('metadata/alice.json', formatDocument(signed, make(byAlice, byBob)));
  };
