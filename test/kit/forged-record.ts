/** The record as somebody can rewrite it who has the repository, and the online key too. */
import assert from 'node:assert/strict';
import { canonicalBytes, type Document } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { openSigner } from '../../core/signers/open-signer.ts';
import { assemble, timestampSigned } from '../../daemon/publish/online-metadata.ts';
import { recordRef } from '../../core/gate/published.ts';
import {
  readRecord,
  writeRecord,
  type NewRecordEntry,
  type RecordEntry,
} from '../../daemon/record/record.ts';
import type { TestHome } from './home.ts';
import { signaturesOf, type TestKey } from './source-tree.ts';

/** Oldest first. */
export async function wholeRecord({ git }: TestHome): Promise<readonly RecordEntry[]> {
  const tip = (await git.resolveRef(recordRef)) ?? assert.fail('there is no record');
  const entries = await git.commitsBetween(undefined, tip);
  return Promise.all(entries.map(({ oid }) => readRecord(git, oid)));
}

/** Writes the record anew, of these entries. */
export async function replaceRecord(
  { git }: TestHome,
  entries: readonly NewRecordEntry[],
): Promise<void> {
  const from = await git.resolveRef(recordRef);
  let to: RecordEntry['parent'];
  for (const entry of entries) to = await writeRecord(git, to, entry);
  await git.updateRef({ ref: recordRef, from, to, message: 'rewritten' });
}

/** The document with fields of its signed part replaced, signed by the online key or by another. */
export async function resigned<T extends 'snapshot' | 'timestamp'>(
  { paths, online }: TestHome,
  { type, signedJson }: Document<T>,
  fields: JsonObject,
  key?: TestKey,
): Promise<Document<T>> {
  const signed = { ...signedJson, ...fields };
  if (key !== undefined) return assemble(type, signed, signaturesOf(signed, [key]));
  const signer = await openSigner('file:online.json', { folder: paths.signer });
  const sig = Buffer.from(await signer.sign(canonicalBytes(signed, type))).toString('hex');
  await signer.close();
  return assemble(type, signed, [{ keyid: online.keyid, sig }]);
}

/** The entry with another snapshot, and a timestamp of the same version for it. */
export async function withSnapshot(
  home: TestHome,
  entry: RecordEntry,
  snapshot: Document<'snapshot'>,
): Promise<RecordEntry> {
  const fields = { version: 1, now: entry.publishedAt, lifeHours: 1, repository: undefined };
  const { meta } = timestampSigned(snapshot, fields);
  const timestamp = await resigned(home, entry.timestamp, { meta: meta as JsonObject });
  return { ...entry, snapshot, timestamp };
}
