/**
 * Where the record was left, kept outside git: a record that is at another place was changed
 * behind the daemon's back, or comes from a backup.
 */
import path from 'node:path';
import { z } from 'zod';
import { fault, TufOnGitError, type Finding } from '../../core/error/error.ts';
import { isObjectId, type ObjectId } from '../../core/git/object-id.ts';
import { readJsonFile } from '../../core/home/json-file.ts';
import { replaceDurably } from '../../core/files/durable-file.ts';
import { recordRef } from '../../core/gate/published.ts';
import { highestOf, noVersions, type HighestVersions } from '../publish/versions.ts';

export interface RecordMark {
  /** The tip of the record; undefined before the first generation. */
  readonly tip: ObjectId | undefined;
  /**
   * Where it was about to go, the latest last: a crash leaves it at `tip` or at one of these. There
   * may be several, for a git process outlives the daemon that was killed.
   */
  readonly announced: readonly ObjectId[];
  /**
   * The high-water mark: the highest versions that were in the record or about to be. Undefined in a
   * mark that is older than this field.
   */
  readonly highest?: HighestVersions | undefined;
}

/** @param folder HOME/state. Undefined when there is no mark. @throws `home.configuration` when damaged */
export async function readMark(folder: string): Promise<RecordMark | undefined> {
  try {
    const { tip, announced, highest } = await readJsonFile(markFile(folder), schema);
    return { tip, announced, highest };
  } catch (error) {
    if (error instanceof TufOnGitError && error.code === 'home.missing') return undefined;
    throw error;
  }
}

/** Durable when it returns. @throws `home.not-writable` */
export async function writeMark(folder: string, mark: RecordMark): Promise<void> {
  await replaceDurably(markFile(folder), `${JSON.stringify({ format: 1, ...mark })}\n`);
}

/** The mark with one more place to which the record may go, and the versions that are there. */
export function announce(
  { tip, announced, highest = noVersions }: RecordMark,
  next: ObjectId,
  versions: HighestVersions,
): RecordMark {
  return {
    tip,
    announced: [...announced.slice(1 - maxAnnounced), next],
    highest: highestOf(highest, versions),
  };
}

/** True when the record is where it was left, or where it was to go. Without a mark all is well. */
export function isExpected(mark: RecordMark | undefined, tip: ObjectId | undefined): boolean {
  if (mark === undefined || tip === mark.tip) return true;
  return tip !== undefined && mark.announced.includes(tip);
}

export function unexpected(mark: RecordMark, tip: ObjectId | undefined): TufOnGitError {
  const left = [...mark.announced, mark.tip].find((oid) => oid !== undefined) ?? 'nothing';
  const message = `the record is at ${tip ?? 'nothing'}, but was left at ${left}`;
  return fault('publish.record', recordRef, message, {
    hint: 'put the ref back where it was left; nothing is signed until then',
  });
}

/** @param folder HOME/state, in which there is no mark */
export function lostMark(folder: string): Finding {
  return {
    code: 'publish.record',
    where: folder,
    message: 'HOME/state does not tell where the record was left',
    hint: 'after a restore, compare the record with a mirror',
  };
}

const maxAnnounced = 16;

const version = z.int().min(0);
const oid = z.string().refine(isObjectId);
const schema = z.strictObject({
  format: z.literal(1),
  tip: oid.optional(),
  announced: z.array(oid).max(maxAnnounced),
  highest: z.strictObject({ snapshot: version, timestamp: version }).optional(),
});

function markFile(folder: string): string {
  return path.join(folder, 'record.json');
}
