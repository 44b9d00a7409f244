import { parseDocument, type Document } from '../../metadata/document.ts';
import { rootHistoryFile } from '../state.ts';
import type { Candidate } from './candidate.ts';

/**
 * The version of a role that the one in an event follows; undefined when there is none.
 * @param file of the role in the source tree
 */
export async function versionBefore(
  { ground, state }: Pick<Candidate, 'ground' | 'state'>,
  file: string,
  { type, signed }: Document,
): Promise<Document | undefined> {
  const isRoot = type === 'root';
  const source = isRoot ? state : ground;
  const entry = await source.find(isRoot ? rootHistoryFile(signed.version - 1) : file);
  return entry && parseDocument(type, await source.read(entry), entry.shown);
}
