/** Repositories of static files for the clients to read: real signatures, no daemon. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../core/metadata/json.ts';
import { hashedTargetPath } from '../../core/metadata/names.ts';
import {
  inDays,
  people,
  repositoryName,
  rootSigned,
  signaturesOf,
  type TestKey,
} from '../../test/kit/source-tree.ts';

/** A targets role: its name and the bytes of its version 1. */
export type RoleFile = readonly [role: string, bytes: Uint8Array];

export interface TargetContent {
  readonly path: string;
  readonly content: Uint8Array;
  readonly sha256: string;
}

export const rootFile = (publicFolder: string): string =>
  path.join(publicFolder, 'metadata/1.root.json');

/** Version 1 of everything. @param roles `targets`, and every delegated role */
export async function writeMetadata(
  publicFolder: string,
  roles: Iterable<RoleFile>,
  root = rootSigned(1),
): Promise<void> {
  const folder = path.join(publicFolder, 'metadata');
  await mkdir(folder, { recursive: true });
  const meta: Record<string, JsonObject> = {};
  for (const [role, bytes] of roles) {
    meta[`${role}.json`] = { version: 1, length: bytes.length };
    await writeFile(path.join(folder, `1.${role}.json`), bytes);
  }
  const online = [people.online];
  const snapshot = onlineRole('snapshot', meta);
  const timestamp = onlineRole('timestamp', { 'snapshot.json': { version: 1 } });
  await writeFile(rootFile(publicFolder), sealed(root, [people.root1, people.root2]));
  await writeFile(path.join(folder, '1.snapshot.json'), sealed(snapshot, online));
  await writeFile(path.join(folder, 'timestamp.json'), sealed(timestamp, online));
}

export async function writeTargets(
  publicFolder: string,
  targets: Iterable<TargetContent>,
): Promise<void> {
  for (const target of targets) {
    const file = path.join(publicFolder, 'targets', hashedTargetPath(target.path, target.sha256));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, target.content);
  }
}

/** On one line, as the large ones are. */
export function sealed(signed: JsonObject, keys: readonly TestKey[]): Uint8Array {
  return Buffer.from(`${JSON.stringify({ signed, signatures: signaturesOf(signed, keys) })}\n`);
}

function onlineRole(type: 'snapshot' | 'timestamp', meta: JsonObject): JsonObject {
  return {
    _type: type,
    spec_version: '1.0.34',
    version: 1,
    expires: inDays(30),
    meta,
    'x-tuf-on-git-repository': repositoryName,
  };
}
