/**
 * What another server of the same repository tells: a CDN, a mirror, a second host. It has no say of
 * its own: only what verifies under our root counts, so it can hold us back and nothing else. That it has
 * nothing newer is no reason to go on.
 */
import { fault } from '../../core/error/error.ts';
import { rootAuthority } from '../../core/metadata/authority.ts';
import { parseDocument, type Document } from '../../core/metadata/document.ts';
import { policyCeilings } from '../../core/metadata/policy.ts';
import { verifyThreshold } from '../../core/metadata/threshold.ts';
import type { HighestVersions } from '../publish/versions.ts';
import { fetchFile } from './fetch-file.ts';

export interface Testimony {
  readonly url: string;
  readonly versions: HighestVersions;
  /** Versions of the targets roles, by name. */
  readonly roles: ReadonlyMap<string, number>;
  /** The root that comes after ours, where the witness has one. */
  readonly newerRoot: number | undefined;
}

const maxTimestampBytes = 64 * 1024;
const maxRootBytes = 512_000;

/**
 * @param url as clients have it: `/metadata/timestamp.json` is below
 * @throws `publish.witness` when it does not answer; what does not verify throws as for a client
 */
export async function hear(url: string, root: Document<'root'>): Promise<Testimony> {
  const newerRoot = await hasNewerRoot(url, root);
  const timestamp = await read(url, 'timestamp.json', 'timestamp', root, maxTimestampBytes);
  const { version: listed } = timestamp.signed.snapshotMeta;
  const versions = { timestamp: timestamp.signed.version, snapshot: listed };
  const file = `${listed}.snapshot.json`;
  const snapshot = await read(url, file, 'snapshot', root, policyCeilings.maxSnapshotBytes);
  return { url, versions, roles: rolesOf(snapshot), newerRoot };
}

/** The clock of a witness, by its `Date`. @throws `publish.witness` */
export async function dateAt(url: string): Promise<Date | undefined> {
  return (await fetchFile(`${url}/metadata/timestamp.json`, maxTimestampBytes)).date;
}

async function read<T extends 'timestamp' | 'snapshot'>(
  url: string,
  name: string,
  role: T,
  root: Document<'root'>,
  maxBytes: number,
): Promise<Document<T>> {
  const where = `${url}/metadata/${name}`;
  const { bytes } = await fetchFile(where, maxBytes);
  if (bytes === undefined) throw fault('publish.witness', where, 'it has no such file');
  const document = parseDocument(role, bytes, where);
  verifyThreshold(document, rootAuthority(root.signed, role), where);
  return document;
}

/** TUF 1.0.34 §5.3.2 to 5.3.5, one step: more is not needed to know that ours is not the last. */
async function hasNewerRoot(url: string, root: Document<'root'>): Promise<number | undefined> {
  const next = root.signed.version + 1;
  const where = `${url}/metadata/${next}.root.json`;
  const { bytes } = await fetchFile(where, maxRootBytes);
  if (bytes === undefined) return undefined;
  const newer = parseDocument('root', bytes, where);
  verifyThreshold(newer, rootAuthority(root.signed, 'root'), where);
  return newer.signed.version === next ? next : undefined;
}

function rolesOf({ signed }: Document<'snapshot'>): ReadonlyMap<string, number> {
  const entries = Object.entries(signed.meta);
  return new Map(entries.map(([file, { version }]) => [file.replace(/\.json$/, ''), version]));
}
