/** What somebody makes of what is served: a release of their own, and all metadata to match. */
import { readFile } from 'node:fs/promises';
import {
  daysFromNow,
  sha256,
  targetEntry,
  toFile,
  type Envelope,
  type Signed,
  type TargetsSigned,
} from './by-hand.ts';
import { hashedName } from './content.ts';
import { writeFileAt } from './folders.ts';
import type { Storage } from './storage.ts';

/** As high as versions go that every client can count. */
export const highest = 2 ** 31 - 1;

interface MetaSigned extends Signed {
  meta: Record<string, { version: number; length?: number; hashes?: { sha256: string } }>;
}

/** Puts signatures in the place of those that a role's file had. */
export type Sign = (role: string, envelope: Envelope) => Promise<Envelope>;

/** The most that somebody can do without a key: the old signatures stay. */
const withoutKey: Sign = (_role, envelope) => Promise.resolve(envelope);

/** Role, snapshot and timestamp all name the new file, with versions that only rise. */
export async function forgeRelease(
  storage: Storage,
  role: string,
  target: string,
  content: Buffer,
  sign = withoutKey,
): Promise<void> {
  const entry = targetEntry(content);
  await writeFileAt(storage.at('targets', hashedName(target, entry.hashes.sha256)), content);

  const { timestamp, snapshot } = await online(storage);
  const targets = await read<TargetsSigned>(storage, versioned(role, snapshot));
  targets.signed.targets[target] = entry;
  targets.signed.version += 1;
  nameIn(snapshot, role, await write(storage, role, targets, sign));
  snapshot.signed.version += 1;
  nameIn(timestamp, 'snapshot', await write(storage, 'snapshot', snapshot, sign));
  timestamp.signed.version += 1;
  await write(storage, 'timestamp', timestamp, sign);
}

/** Snapshot and timestamp of these versions, and with a new life; what they name stays as it is. */
export async function renewOnline(
  storage: Storage,
  versions: { readonly snapshot?: number; readonly timestamp: number },
  sign: Sign,
): Promise<void> {
  const { timestamp, snapshot } = await online(storage);
  snapshot.signed.expires = daysFromNow(7);
  if (versions.snapshot !== undefined) {
    snapshot.signed.version = versions.snapshot;
    nameIn(timestamp, 'snapshot', await write(storage, 'snapshot', snapshot, sign));
  }
  timestamp.signed.expires = daysFromNow(7);
  timestamp.signed.version = versions.timestamp;
  await write(storage, 'timestamp', timestamp, sign);
}

interface Online {
  readonly timestamp: Envelope<MetaSigned>;
  readonly snapshot: Envelope<MetaSigned>;
}

export async function online(storage: Storage): Promise<Online> {
  const timestamp = await read<MetaSigned>(storage, 'timestamp');
  return { timestamp, snapshot: await read<MetaSigned>(storage, versioned('snapshot', timestamp)) };
}

interface Written {
  readonly version: number;
  readonly file: string;
}

async function write(
  storage: Storage,
  role: string,
  envelope: Envelope,
  sign: Sign,
): Promise<Written> {
  const file = toFile(await sign(role, envelope));
  const { version } = envelope.signed;
  const name = role === 'timestamp' ? role : `${version}.${role}`;
  await writeFileAt(storage.at('metadata', `${name}.json`), file);
  return { version, file };
}

/** The entry by which the role above names it. */
function nameIn(above: Envelope<MetaSigned>, role: string, { version, file }: Written): void {
  const hashes = { sha256: sha256(file) };
  above.signed.meta[`${role}.json`] = { version, length: Buffer.byteLength(file), hashes };
}

function versioned(role: string, { signed }: Envelope<MetaSigned>): string {
  return `${signed.meta[`${role}.json`]?.version ?? 1}.${role}`;
}

async function read<S extends Signed>(storage: Storage, name: string): Promise<Envelope<S>> {
  return JSON.parse(await readFile(storage.at('metadata', `${name}.json`), 'utf8')) as Envelope<S>;
}
