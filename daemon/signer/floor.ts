import * as fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { fault, type TufOnGitError } from '../../core/error/error.ts';
import { hasCode } from '../../core/error/system-error.ts';
import type { FloorVersions, OnlineRole } from './protocol.ts';

const version = z.int().min(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const roleFloor = z.strictObject({ version, sha256, versions: z.record(z.string(), version) });

/**
 * `HOME/signer/floor.json`: the last of each role that was let out, below which nothing is signed.
 * It is on disk before a signature leaves, so neither a crash nor a rolled back repository makes
 * the signer forget.
 */
const floorSchema = z.strictObject({
  format: z.literal(1),
  /** `sha256` is that of the signed bytes; `versions` are those of the roles it lists. */
  snapshot: roleFloor.exactOptional(),
  timestamp: roleFloor.exactOptional(),
});

/** `HOME/signer/floor.recent`: lines that were let out since `floor.json` was written, the last best. */
export const recentFile = 'floor.recent';

const recentSchema = z.strictObject({ role: z.enum(['snapshot', 'timestamp']), floor: roleFloor });

export type Floor = z.infer<typeof floorSchema>;
export type RoleFloor = NonNullable<Floor['snapshot']>;

/**
 * The floor; the lowest where there is no file yet.
 * @throws `signer.refused` when there is one that cannot be read: nothing is signed then
 */
export function readFloor(folder: string): Floor {
  const file = floorFile(folder);
  const recent = path.join(folder, recentFile);
  const whole = readIfThere(file, (text) => floorSchema.parse(JSON.parse(text)));
  return (
    readIfThere(recent, (text) => withRecent(whole ?? { format: 1 }, text)) ??
    whole ?? { format: 1 }
  );
}

/** What `floor.recent` is told of a floor that was raised in one role. */
export function recentLine(role: OnlineRole, { [role]: floor }: Floor): Buffer {
  return Buffer.from(`${JSON.stringify({ role, floor })}\n`);
}

/** What follows the last line end was cut short by a crash, before its signature left. */
function withRecent(whole: Floor, text: string): Floor {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => recentSchema.parse(JSON.parse(line)))
    .filter(({ role, floor }) => floor.version > (whole[role]?.version ?? 0))
    .reduce<Floor>((last, { role, floor }) => ({ ...last, [role]: floor }), whole);
}

function readIfThere(file: string, read: (text: string) => Floor): Floor | undefined {
  try {
    return read(fs.readFileSync(file, 'utf8'));
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined;
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
    throw floorUnwritable(folder, cause);
  }
}

export function floorUnwritable(folder: string, cause: unknown): TufOnGitError {
  const message = 'the floor cannot be written, so nothing is signed';
  return fault('signer.unavailable', floorFile(folder), message, {
    hint: 'see that the disk has room and that the signer may write there',
    cause,
  });
}

function floorFile(folder: string): string {
  return path.join(folder, 'floor.json');
}

export function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
