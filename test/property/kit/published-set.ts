/** What the daemon would publish of a source tree, with snapshot and timestamp made as it makes them. */
import { canonicalBytes, parseDocument, type Document } from '../../../core/metadata/document.ts';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { hashedTargetPath } from '../../../core/metadata/names.ts';
import { readPolicy } from '../../../core/metadata/policy.ts';
import { roleFile, rootFile, rootHistoryFile, targetFile } from '../../../core/rules/state.ts';
import {
  assemble,
  snapshotMeta,
  snapshotSigned,
  timestampSigned,
} from '../../../daemon/publish/online-metadata.ts';
import { now, type Tree } from '../../kit/source-tree.ts';
import { onlineKeys, signatureOf } from './key-ring.ts';
import { delegationsIn, entriesOf, findingRole, withinSegments } from './reference-walk.ts';

/** Files below the server's content URL, by decoded path. */
export type Files = ReadonlyMap<string, Uint8Array>;

export interface PublishedSet {
  readonly files: Files;
  /** Every target path that metadata lists, and its content; undefined: out of every client's reach. */
  readonly targets: ReadonlyMap<string, Uint8Array | undefined>;
  /** What `targets` and every delegated role says. */
  readonly roles: ReadonlyMap<string, JsonObject>;
  readonly snapshot: Document<'snapshot'>;
  readonly timestamp: Document<'timestamp'>;
}

interface PublishedRole {
  readonly name: string;
  readonly document: Document<'targets'>;
}

export function publish(tree: Tree, before?: PublishedSet): PublishedSet {
  const root = parseDocument('root', bytesOf(tree, rootFile));
  const roles = rolesIn(tree, 'targets');
  const fields = (last: Document | undefined, lifeHours: number) => ({
    version: (last?.signed.version ?? 0) + 1,
    now,
    lifeHours,
    repository: readPolicy(root.signed).repository,
  });
  const meta = snapshotMeta(roles, before?.snapshot);
  const snapshot = sealed(
    'snapshot',
    snapshotSigned(meta, fields(before?.snapshot, 14 * 24)),
    root,
  );
  const next = timestampSigned(snapshot, fields(before?.timestamp, 48));
  const timestamp = sealed('timestamp', next, root);
  const files = new Map([
    ...[...roles.map(({ name, document }) => versioned(name, document))],
    ...rootsIn(tree, root.signed.version),
    versioned('snapshot', snapshot),
    ['metadata/timestamp.json', timestamp.bytes] as const,
    ...roles.flatMap((role) => targetFiles(tree, role)),
  ]);
  const signed = new Map(roles.map(({ name, document }) => [name, document.signedJson]));
  return { files, targets: targetsIn(tree, signed), roles: signed, snapshot, timestamp };
}

function rolesIn(tree: Tree, name: string): readonly PublishedRole[] {
  const document = parseDocument('targets', bytesOf(tree, roleFile(name)), name);
  const below = delegationsIn(document.signedJson).flatMap((role) => rolesIn(tree, role.name));
  return [{ name, document }, ...below];
}

function rootsIn(tree: Tree, newest: number): readonly [string, Uint8Array][] {
  return Array.from({ length: newest }, (_, index) => [
    `metadata/${index + 1}.root.json`,
    bytesOf(tree, rootHistoryFile(index + 1)),
  ]);
}

/** Under each hash that is listed: clients differ in which they ask for. */
function targetFiles(tree: Tree, { document }: PublishedRole): [string, Uint8Array][] {
  return Object.entries(document.signed.targets).flatMap(([path, { hashes }]) =>
    Object.values(hashes).map((hash): [string, Uint8Array] => [
      `targets/${hashedTargetPath(path, hash)}`,
      bytesOf(tree, targetFile(path)),
    ]),
  );
}

function targetsIn(tree: Tree, roles: PublishedSet['roles']): PublishedSet['targets'] {
  const paths = [...roles.values()].flatMap((signed) => Object.keys(entriesOf(signed)));
  return new Map(
    paths.map((path) => {
      const role = findingRole((name) => roles.get(name), path, withinSegments);
      return [path, role === undefined ? undefined : bytesOf(tree, targetFile(path))];
    }),
  );
}

function sealed<T extends 'snapshot' | 'timestamp'>(
  type: T,
  signed: JsonObject,
  root: Document<'root'>,
): Document<T> {
  const keyIDs: readonly string[] = root.signed.roles[type]?.keyIDs ?? [];
  const bytes = canonicalBytes(signed, type);
  const held = onlineKeys.filter(({ keyid }) => keyIDs.includes(keyid));
  return assemble(
    type,
    signed,
    held.map((key) => signatureOf(key, bytes)),
  );
}

function versioned(role: string, { bytes, signed }: Document): readonly [string, Uint8Array] {
  return [`metadata/${signed.version}.${role}.json`, bytes];
}

function bytesOf(tree: Tree, file: string): Uint8Array {
  const bytes = tree.get(file);
  if (bytes === undefined) throw new RangeError(`the accepted tree has no ${file}`);
  return bytes;
}
