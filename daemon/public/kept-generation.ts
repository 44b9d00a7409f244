/**
 * What a start would otherwise have to read off every public file and every role, kept in HOME/state:
 * the table of public names, and the roles packed. It is of one generation and may be an old one: roles
 * are found by object id, and names only count for the very record that they were kept for. It can be
 * lost: then everything is read anew.
 *
 * A line of JSON with the lengths and checksums of the sections, then these.
 */
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { hasCode } from '../../core/error/system-error.ts';
import { replaceWhole } from '../../core/files/durable-file.ts';
import { factsOf, PackedTargets, type RoleFacts } from '../../core/metadata/packed-targets.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import { DigestTable } from './digest-table.ts';
import type { Generation } from '../record/generation.ts';
import type { PublicNames } from './manifest.ts';

export interface KeptGeneration {
  /** Object id of the record's entry. */
  readonly record: string;
  readonly names: PublicNames;
  /** By object id. */
  readonly roles: ReadonlyMap<string, PackedTargets>;
}

const sectionNames = ['lengths', 'hashes', 'roles', 'files'] as const;
type Sections = Readonly<Record<(typeof sectionNames)[number], Buffer>>;

/** @param folder HOME/state. @throws `home.not-writable` */
export async function keepGeneration(
  folder: string,
  { record, repository }: Generation,
  { lengths, hashes }: PublicNames,
): Promise<void> {
  const roles = [...repository.roles.values()].map(
    ({ oid, document }) => [oid, PackedTargets.of(document)] as const,
  );
  const facts = roles.map(([oid, { facts, packed }]) => ({ oid, packed: packed.length, facts }));
  const sections: Sections = {
    lengths: lengths.bytes,
    hashes: hashes.bytes,
    roles: Buffer.from(JSON.stringify(facts)),
    files: Buffer.concat(roles.map(([, { packed }]) => packed)),
  };
  const described = sectionNames.map((name) => {
    const bytes = sections[name];
    return { name, length: bytes.length, crc32: crc32(bytes) };
  });
  const header = JSON.stringify({ format: 2, record: record.oid, sections: described });
  await replaceWhole(keptFile(folder), [
    Buffer.from(header.padEnd(headerBytes - 1) + '\n'),
    ...sectionNames.map((name) => sections[name]),
  ]);
}

/** Undefined where there is none, or none that is whole. */
export async function readKeptGeneration(folder: string): Promise<KeptGeneration | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(keptFile(folder), 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    const header = headerSchema.safeParse(jsonOf(await take(handle, headerBytes)));
    if (!header.success) return undefined;
    const sections = await readSections(handle, header.data.sections);
    return sections && unpacked(header.data.record, sections);
  } finally {
    await handle.close();
  }
}

/** What nobody has looked at, as far as what was kept tells. */
export function rolesNotIn(
  { roles: kept }: Pick<KeptGeneration, 'roles'>,
  { roles }: LoadedRepository,
): ReadonlySet<string> {
  const names = [...roles.values()].filter(({ oid }) => !kept.has(oid)).map(({ name }) => name);
  return new Set(names);
}

/** Of which target files may be public that were not when it was kept; undefined: of all. */
export function rolesWithNewEntries(
  kept: Pick<KeptGeneration, 'roles'>,
  repository: LoadedRepository,
): ReadonlySet<string> | undefined {
  const changed = rolesNotIn(kept, repository);
  for (const name of changed) {
    const role = repository.roles.get(name);
    if (role !== undefined && factsOf(role.document).delegates) return undefined;
  }
  return changed;
}

const headerBytes = 1024;
const headerSchema = z.strictObject({
  format: z.literal(2),
  record: z.string(),
  sections: z.array(
    z.strictObject({ name: z.enum(sectionNames), length: z.int().min(0), crc32: z.int() }),
  ),
});

async function readSections(
  handle: FileHandle,
  described: z.infer<typeof headerSchema>['sections'],
): Promise<Sections | undefined> {
  const found = new Map<string, Buffer>();
  for (const { name, length, crc32: expected } of described) {
    const bytes = await take(handle, length);
    if (bytes.length !== length || crc32(bytes) !== expected) return undefined;
    found.set(name, bytes);
  }
  const [lengths, hashes, roles, files] = sectionNames.map((name) => found.get(name));
  if (!lengths || !hashes || !roles || !files) return undefined;
  return { lengths, hashes, roles, files };
}

/** The next bytes of a file; fewer at its end. */
async function take(handle: FileHandle, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await handle.read(bytes, at, length - at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

function unpacked(record: string, { lengths, hashes, roles, files }: Sections): KeptGeneration {
  const known = new Map<string, PackedTargets>();
  let at = 0;
  // Written by this program and checked by its sum.
  for (const { oid, packed, facts } of jsonOf(roles) as KeptRole[]) {
    known.set(oid, new PackedTargets(facts, files.subarray(at, at + packed)));
    at += packed;
  }
  const names = { lengths: new DigestTable(lengths), hashes: new DigestTable(hashes) };
  return { record, names, roles: known };
}

interface KeptRole {
  readonly oid: string;
  readonly packed: number;
  readonly facts: RoleFacts;
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function keptFile(folder: string): string {
  return path.join(folder, 'generation.kept');
}
