/** The most that somebody can do without a key: a release of their own, and all metadata to match. */
import { readFile } from 'node:fs/promises';
import {
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

interface MetaSigned extends Signed {
  meta: Record<string, { version: number; length?: number; hashes?: { sha256: string } }>;
}

/** Role, snapshot and timestamp all name the new file, with versions that only rise. */
export async function forgeRelease(
  storage: Storage,
  role: string,
  target: string,
  content: Buffer,
): Promise<void> {
  const entry = targetEntry(content);
  await writeFileAt(storage.at('targets', hashedName(target, entry.hashes.sha256)), content);

  const timestamp = await read<MetaSigned>(storage, 'timestamp');
  const snapshot = await read<MetaSigned>(storage, versioned('snapshot', timestamp));
  const targets = await read<TargetsSigned>(storage, versioned(role, snapshot));
  targets.signed.targets[target] = entry;
  await writeNext(storage, role, targets, snapshot);
  await writeNext(storage, 'snapshot', snapshot, timestamp);
  timestamp.signed.version += 1;
  await writeFileAt(storage.at('metadata/timestamp.json'), toFile(timestamp));
}

/** The next version of a role's file, and the entry by which the role above names it. */
async function writeNext(
  storage: Storage,
  role: string,
  envelope: Envelope,
  above: Envelope<MetaSigned>,
): Promise<void> {
  envelope.signed.version += 1;
  const { version } = envelope.signed;
  const file = toFile(envelope);
  await writeFileAt(storage.at('metadata', `${version}.${role}.json`), file);
  const hashes = { sha256: sha256(file) };
  above.signed.meta[`${role}.json`] = { version, length: Buffer.byteLength(file), hashes };
}

function versioned(role: string, { signed }: Envelope<MetaSigned>): string {
  return `${signed.meta[`${role}.json`]?.version ?? 1}.${role}`;
}

async function read<S extends Signed>(storage: Storage, name: string): Promise<Envelope<S>> {
  return JSON.parse(await readFile(storage.at('metadata', `${name}.json`), 'utf8')) as Envelope<S>;
}
