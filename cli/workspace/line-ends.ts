/**
 * Line ends that git (`core.autocrlf`) or an editor has converted. Every byte of what is signed
 * counts, so nobody means such a change; left alone, it would look like one of many files.
 */
import { fault, TufOnGitError } from '../../core/error/error.ts';
import { checkContent, type ContentMeta } from '../../core/metadata/content.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import { targetOf } from '../../core/rules/state.ts';

/** @throws `workspace.dirty` for a file that differs by its line ends only from what it was */
export function refuseConverted(file: string, now: Uint8Array, before: Uint8Array): void {
  refuse(file, now, (bytes) => bytes.equals(before));
}

/** @throws `workspace.dirty` for a file that differs by its line ends only from what roles list */
export function refuseConvertedTarget(
  { roles }: LoadedRepository,
  file: string,
  now: Uint8Array,
): void {
  const target = targetOf(file);
  if (target === undefined) return;
  const entries = [...roles.values()].flatMap(
    ({ document }) => document.signed.targets[target] ?? [],
  );
  refuse(file, now, (bytes) => entries.some((entry) => isContent(bytes, entry, target)));
}

function refuse(file: string, now: Uint8Array, isMeant: (bytes: Buffer) => boolean): void {
  const bytes = Buffer.from(now);
  if (isMeant(bytes) || !conversions.some((convert) => isMeant(convert(bytes)))) return;
  throw fault('workspace.dirty', file, 'its line ends were converted, and nothing else of it', {
    hint: `git config core.autocrlf false; then git checkout -- ${file}, or add it again`,
  });
}

const conversions: readonly ((bytes: Buffer) => Buffer)[] = [
  (bytes) => replaced(bytes, /\r\n/g, '\n'),
  (bytes) => replaced(bytes, /\r?\n/g, '\r\n'),
];

/** Byte by byte: not every file is text. */
function replaced(bytes: Buffer, from: RegExp, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');
}

function isContent(bytes: Buffer, listed: ContentMeta, where: string): boolean {
  try {
    checkContent(bytes, listed, where);
    return true;
  } catch (error) {
    if (error instanceof TufOnGitError) return false;
    throw error;
  }
}
