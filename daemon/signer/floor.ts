import * as fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { fault } from '../../core/error/error.ts';
import { hasCode } from '../../core/error/system-error.ts';
import type { FloorVersions } from './protocol.ts';

const version = z.int().min(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * `HOME/signer/floor.json`: the last of each role that was let out, below which nothing is signed.
 * It is on disk before a signature leaves, so neither a crash nor a rolled back repository makes
 * the signer forget.
 */
const floorSchema = z.strictObject({
  format: z.literal(1),
  /** `sha256` is that of the signed bytes; `versions` are those of the roles it lists. */
  snapshot: z
    .strictObject({ version, sha256, versions: z.record(z.string(), version) })
    .exactOptional(),
  timestamp: z
    .strictObject({ version, sha256, versions: z.record(z.string(), version) })
    .exactOptional(),
});

export type Floor = z.infer<typeof floorSchema>;
export type RoleFloor = NonNullable<Floor['snapshot']>;

/**
 * The floor; the lowest where there is no file yet.
 * @throws `signer.refused` when there is one that cannot be read: nothing is signed then
 */
export function readFloor(folder: string): Floor {
  const file = floorFile(folder);
  try {
    return floorSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return { format: 1 };
    throw fault('signer.refused', file, 'the floor cannot be read, so nothing is signed', {
      hint: 'put back the last backup of this file',
      cause,
    });
  }
}

/** The versions alone; 0 for what was never signed. */
export function versionsOf({ snapshot, timestamp }: Floor): FloorVersions {
  return { snapshot: snapshot?.version ?? 0, timestamp: timestamp?.version ?? 0 };
}

/**
 * Replaces the floor. It is on disk when this returns: file, name and folder.
 * @throws `signer.unavailable` when it cannot be written
 */
export function writeFloor(folder: string, floor: Floor): void {
  const file = floorFile(folder);
  const temporary = `${file}.new`;
  try {
    fs.writeFileSync(temporary, JSON.stringify(floor), { mode: 0o600, flush: true });
    fs.renameSync(temporary, file);
    syncFolder(folder);
  } catch (cause) {
    throw fault('signer.unavailable', file, 'the floor cannot be written, so nothing is signed', {
      hint: 'see that the disk has room and that the signer may write there',
      cause,
    });
  }
}

function floorFile(folder: string): string {
  return path.join(folder, 'floor.json');
}

function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
