/**
 * What is about to be signed, written down and synced before any signature is asked for.
 *
 * So a version number that may have been signed is known whatever dies, and never gets other
 * content: the next attempt, or the next start, either finishes the very same intent or takes
 * higher numbers.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { fault, TufOnGitError } from '../../core/error/error.ts';
import { isObjectId, type ObjectId } from '../../core/git/object-id.ts';
import { readJsonFile } from '../../core/home/json-file.ts';
import { canonicalBytes, type RoleSignature } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { highestOf, isAbove, type HighestVersions } from './versions.ts';
import { replaceDurably } from '../../core/files/durable-file.ts';

export const onlineRoles = ['snapshot', 'timestamp'] as const;
export type OnlineRole = (typeof onlineRoles)[number];

/** The `signed` parts of one generation, before they are signed. */
export interface Intent {
  /** The commit of `main` that is published. */
  readonly commit: ObjectId;
  /** The tip of the record that it is made upon; undefined for the first generation. */
  readonly base: ObjectId | undefined;
  /** Undefined when the last snapshot still says what is to be said. */
  readonly snapshot: JsonObject | undefined;
  /** Once they are there: the timestamp names the snapshot with them. */
  readonly snapshotSignatures: readonly RoleSignature[] | undefined;
  /** Undefined until the snapshot is signed. */
  readonly timestamp: JsonObject | undefined;
}

export class Journal {
  readonly #folder: string;
  #content: Content;

  private constructor(folder: string, content: Content) {
    this.#folder = folder;
    this.#content = content;
  }

  /** @param folder HOME/state; no journal there is an empty one. @throws `publish.journal` when damaged */
  static async open(folder: string): Promise<Journal> {
    return new Journal(folder, await read(journalFile(folder)));
  }

  /** The highest version that ever was in an intent. */
  get highest(): HighestVersions {
    return this.#content.highest;
  }

  /** The last intent, whether it was carried out or not. */
  get intent(): Intent | undefined {
    return this.#content.intent;
  }

  /** Durable when it returns. @throws `home.not-writable` */
  async note(intent: Intent): Promise<void> {
    const snapshot = versionOf(intent.snapshot);
    const timestamp = versionOf(intent.timestamp);
    await this.#write({ highest: highestOf(this.highest, { snapshot, timestamp }), intent });
  }

  /** From now on versions are above these; an intent below them is none any more. */
  async raise(floor: HighestVersions): Promise<void> {
    const highest = highestOf(this.highest, floor);
    if (!isAbove(highest, this.highest)) return;
    await this.#write({ highest, intent: undefined });
  }

  async #write(content: Content): Promise<void> {
    const { intent } = content;
    const text = JSON.stringify({ format: 1, ...content, intent: intent && store(intent) });
    await replaceDurably(journalFile(this.#folder), `${text}\n`);
    this.#content = content;
  }
}

interface Content {
  readonly highest: HighestVersions;
  readonly intent: Intent | undefined;
}

export function versionOf(signed: JsonObject | undefined): number {
  return Number(signed?.['version'] ?? 0);
}

function journalFile(folder: string): string {
  return path.join(folder, 'journal.json');
}

async function read(file: string): Promise<Content> {
  try {
    const { highest, intent } = await readJsonFile(file, journalSchema);
    return { highest, intent: intent === undefined ? undefined : restore(intent, file) };
  } catch (error) {
    if (!(error instanceof TufOnGitError)) throw error;
    const none = { highest: { snapshot: 0, timestamp: 0 }, intent: undefined };
    if (error.code === 'home.missing') return none;
    throw fault('publish.journal', file, 'the journal is damaged', {
      hint: 'move it away; versions then go on from the record and from what is published',
      cause: error,
    });
  }
}

const oid = z.string().refine(isObjectId);
const signatures = z.array(z.strictObject({ keyid: z.string(), sig: z.string() }));
/** The `signed` part as text, for its digest holds only for the very same content. */
const role = z.strictObject({ version: z.number().int(), sha256: z.string(), signed: z.string() });
const intentSchema = z.strictObject({
  commit: oid,
  base: oid.optional(),
  snapshot: role.optional(),
  snapshotSignatures: signatures.optional(),
  timestamp: role.optional(),
});
const version = z.number().int().nonnegative();
const journalSchema = z.strictObject({
  format: z.literal(1),
  highest: z.strictObject({ snapshot: version, timestamp: version }),
  intent: intentSchema.optional(),
});
type StoredRole = z.infer<typeof role>;

/** JSON leaves out what is undefined. */
function store(intent: Intent) {
  const { snapshot, timestamp, ...rest } = intent;
  return { ...rest, snapshot: storeRole(snapshot), timestamp: storeRole(timestamp) };
}

function storeRole(signed: JsonObject | undefined): StoredRole | undefined {
  if (signed === undefined) return undefined;
  return { version: versionOf(signed), sha256: digest(signed), signed: JSON.stringify(signed) };
}

function restore(stored: z.infer<typeof intentSchema>, file: string): Intent {
  return {
    commit: stored.commit,
    base: stored.base,
    snapshot: restoreRole(stored.snapshot, file),
    snapshotSignatures: stored.snapshotSignatures,
    timestamp: restoreRole(stored.timestamp, file),
  };
}

function restoreRole(stored: StoredRole | undefined, file: string): JsonObject | undefined {
  if (stored === undefined) return undefined;
  const signed = JSON.parse(stored.signed) as JsonObject;
  if (digest(signed) === stored.sha256) return signed;
  throw fault('publish.journal', file, 'an intent does not fit its digest');
}

function digest(signed: JsonObject): string {
  return createHash('sha256').update(canonicalBytes(signed, 'journal')).digest('hex');
}
