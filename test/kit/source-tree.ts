/**
 * A valid source tree to start from, with every private key at hand: three root admins (threshold
 * 2), a targets admin, alice's and bob's projects with one target each. Tests change one thing.
 */
import { createHash, sign, type KeyObject } from 'node:crypto';
import { formatDocument, type RoleSignature } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { publicKeyOf, type PublicKey } from '../../core/metadata/keys.ts';
import { anyCanonicalBytes } from './any-canonical.ts';
import { ed25519Pair } from './key-pair.ts';

export const repositoryName = 'example-00000000';
/** The hook judges by the real clock, so these trees are made for it. */
export const now = new Date(Math.floor(Date.now() / 1000) * 1000);
export const inDays = (days: number): string =>
  new Date(now.getTime() + days * 86_400_000).toISOString().replace('.000Z', 'Z');

export interface TestKey extends PublicKey {
  readonly privateKey: KeyObject;
}

export function makeKey(owner?: string): TestKey {
  const { publicKey, privateKey } = ed25519Pair();
  return { ...publicKeyOf(publicKey, 'ed25519', owner), privateKey };
}

export const people = {
  root1: makeKey('@root1'),
  root2: makeKey('@root2'),
  root3: makeKey('@root3'),
  admin: makeKey('@admin'),
  alice: makeKey('@alice'),
  bob: makeKey('@bob'),
  carol: makeKey('@carol'),
  online: makeKey(),
  stranger: makeKey('@stranger'),
};

export type Tree = Map<string, Uint8Array>;

export const fileOf = {
  alice: 'alice-project/tool/1.0.0/tool.tgz',
  bob: 'bob-project/app/2.0/app.bin',
};

/** A complete, valid tree of version 1 of everything. */
export function validTree(): Tree {
  const tree: Tree = new Map();
  putTarget(tree, fileOf.alice, 'alice’s tool');
  putTarget(tree, fileOf.bob, 'bob’s app');
  putRoot(tree, rootSigned(1), [people.root1, people.root2]);
  putRole(tree, 'targets', targetsSigned(1), [people.admin]);
  putRole(tree, 'alice', aliceSigned(tree, 1), [people.alice]);
  putRole(tree, 'bob', roleSigned(1, { [fileOf.bob]: entryOf(tree, fileOf.bob) }), [people.bob]);
  return tree;
}

export function aliceSigned(tree: Tree, version: number): JsonObject {
  return roleSigned(version, { [fileOf.alice]: entryOf(tree, fileOf.alice) });
}

export function rootSigned(version: number): JsonObject {
  const { root1, root2, root3, admin, online } = people;
  return {
    _type: 'root',
    spec_version: '1.0.34',
    version,
    expires: inDays(365),
    consistent_snapshot: true,
    keys: keysOf(root1, root2, root3, admin, online),
    roles: {
      root: { keyids: [root1.keyid, root2.keyid, root3.keyid], threshold: 2 },
      targets: { keyids: [admin.keyid], threshold: 1 },
      snapshot: { keyids: [online.keyid], threshold: 1 },
      timestamp: { keyids: [online.keyid], threshold: 1 },
    },
    'x-tuf-on-git-policy': { repository: repositoryName },
    'x-tuf-on-git-repository': repositoryName,
  };
}

export function targetsSigned(version: number): JsonObject {
  const { alice, bob } = people;
  return {
    ...roleSigned(version, {}),
    delegations: {
      keys: keysOf(alice, bob),
      roles: [
        delegationTo('alice', alice, 'alice-project/*/*/*'),
        delegationTo('bob', bob, 'bob-project/*/*/*'),
      ],
    },
  };
}

export function delegationTo(name: string, key: PublicKey, ...paths: string[]): JsonObject {
  return { name, keyids: [key.keyid], threshold: 1, terminating: true, paths };
}

export function roleSigned(version: number, targets: JsonObject): JsonObject {
  return {
    _type: 'targets',
    spec_version: '1.0.34',
    version,
    expires: inDays(365),
    targets,
    'x-tuf-on-git-repository': repositoryName,
  };
}

export function keysOf(...keys: readonly PublicKey[]): JsonObject {
  return Object.fromEntries(keys.map((key) => [key.keyid, key.json]));
}

export function putTarget(tree: Tree, path: string, content: string): void {
  tree.set(`targets/${path}`, Buffer.from(content));
}

export function entryOf(tree: Tree, path: string): JsonObject {
  const bytes = tree.get(`targets/${path}`) ?? Buffer.of();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { length: bytes.length, hashes: { sha256 } };
}

export function putRole(
  tree: Tree,
  role: string,
  signed: JsonObject,
  keys: readonly TestKey[],
): void {
  tree.set(`metadata/${role}.json`, formatDocument(signed, signaturesOf(signed, keys)));
}

export function putRoot(tree: Tree, signed: JsonObject, keys: readonly TestKey[]): void {
  putRole(tree, 'root', signed, keys);
  tree.set(
    `metadata/root_history/${Number(signed['version'])}.root.json`,
    formatDocument(signed, signaturesOf(signed, keys)),
  );
}

export function signaturesOf(signed: JsonObject, keys: readonly TestKey[]): RoleSignature[] {
  const bytes = anyCanonicalBytes(signed);
  return keys.map(({ keyid, privateKey }) => ({
    keyid,
    sig: sign(null, bytes, privateKey).toString('hex'),
  }));
}
