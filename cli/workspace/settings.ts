/** What a workspace remembers, in `.git/tuf-on-git`: out of reach of whatever is pushed or fetched. */
import { readFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { replaceDurably } from '../../core/files/durable-file.ts';
import { fault, TufOnGitError } from '../../core/error/error.ts';
import { readJsonFile, writeJsonFile } from '../../core/home/json-file.ts';
import { parseDocument, type Document } from '../../core/metadata/document.ts';
import { isObjectId, type ObjectId } from '../../core/git/object-id.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');
const oid = z.custom<ObjectId>((value) => typeof value === 'string' && isObjectId(value));

const settingsSchema = z.strictObject({
  format: z.literal(1),
  /** SHA-256 of the root file from which all trust of this workspace started. */
  pinnedRoot: sha256,
  /** URIs of the keys that sign here, paths absolute. */
  keys: z.array(z.string()).default([]),
  /** Library of the PKCS#11 token. */
  pkcs11Module: z.string().optional(),
  /** Target files up to so many bytes lie in git; larger ones in the server's blob store. */
  inGitUpTo: z
    .int()
    .nonnegative()
    .default(1 << 20),
});

export type WorkspaceSettings = Readonly<z.infer<typeof settingsSchema>>;

/** The one commit that `sign` made and no push has taken along yet, and what it was made on. */
const pendingSchema = z.strictObject({
  commit: oid,
  base: oid,
  paths: z.array(z.string()),
  author: z.strictObject({ name: z.string(), email: z.string() }),
});

export type Pending = Readonly<z.infer<typeof pendingSchema>>;

const newestMainSchema = z.strictObject({ commit: oid });

/** @throws `workspace.missing` when `clone` did not make this workspace */
export async function readSettings(stateDir: string): Promise<WorkspaceSettings> {
  const file = settingsFile(stateDir);
  const settings = await readIfPresent(() => readJsonFile(file, settingsSchema));
  if (settings !== undefined) return settings;
  throw fault('workspace.missing', path.dirname(path.dirname(stateDir)), 'no root is pinned here', {
    hint: 'make a workspace with: tuf-on-git clone URL',
  });
}

export async function writeSettings(
  stateDir: string,
  settings: z.input<typeof settingsSchema>,
): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  await writeJsonFile(settingsFile(stateDir), settings);
}

/** The newest root that this workspace verified. */
export async function readTrustedRoot(stateDir: string): Promise<Document<'root'>> {
  const file = path.join(stateDir, 'root.json');
  try {
    return parseDocument('root', await readFile(file), file);
  } catch (cause) {
    if (cause instanceof TufOnGitError) throw cause;
    throw fault('workspace.missing', file, 'the pinned root cannot be read', { cause });
  }
}

/** Moves trust along a chain that was verified from the root trusted before. */
export async function writeTrustedRoot(stateDir: string, root: Document<'root'>): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  await replaceDurably(path.join(stateDir, 'root.json'), root.bytes);
}

export async function readPending(stateDir: string): Promise<Pending | undefined> {
  return readIfPresent(() => readJsonFile(pendingFile(stateDir), pendingSchema));
}

export async function writePending(stateDir: string, pending: Pending): Promise<void> {
  await writeJsonFile(pendingFile(stateDir), pending);
}

export async function forgetPending(stateDir: string): Promise<void> {
  await rm(pendingFile(stateDir), { force: true });
}

/** The newest commit of the remote's main that was verified here. */
export async function readNewestMain(stateDir: string): Promise<ObjectId | undefined> {
  const known = await readIfPresent(() => readJsonFile(newestMainFile(stateDir), newestMainSchema));
  return known?.commit;
}

export async function writeNewestMain(stateDir: string, commit: ObjectId): Promise<void> {
  await writeJsonFile(newestMainFile(stateDir), { commit });
}

function settingsFile(stateDir: string): string {
  return path.join(stateDir, 'settings.json');
}

function newestMainFile(stateDir: string): string {
  return path.join(stateDir, 'newest-main.json');
}

function pendingFile(stateDir: string): string {
  return path.join(stateDir, 'pending.json');
}

async function readIfPresent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TufOnGitError && error.code === 'home.missing') return undefined;
    throw error;
  }
}
