import { formatDocument } from '../../core/metadata/document.ts';
import { isSameContent, nextVersion } from '../../core/metadata/draft.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { rootFile, rootHistoryFile } from '../../core/rules/state.ts';
import type { WorkingState } from '../workspace/drafts.ts';
import type { Redraft } from '../workspace/redraft.ts';

/**
 * The files of the next root, which is there twice: as the newest and in the history. None where root
 * says that already; where it comes to say what the base says, the files of the base.
 */
export function redraftRoot(
  { base, repository }: Pick<WorkingState, 'base' | 'repository'>,
  edit: (signed: JsonObject) => JsonObject,
  now: Date,
): readonly Redraft[] {
  const content = edit(repository.root.signedJson);
  if (isSameContent(content, repository.root.signedJson)) return [];
  const before = base.repository.root;
  if (!isSameContent(content, before.signedJson)) return nextRoot(base, content, now);
  return [
    { file: rootFile, bytes: before.bytes, isDraft: false },
    { file: rootHistoryFile(before.signed.version + 1), bytes: undefined, isDraft: false },
  ];
}

/** The next root with a new expiry, whatever it says. */
export function renewRoot(
  { base, repository }: Pick<WorkingState, 'base' | 'repository'>,
  now: Date,
): readonly Redraft[] {
  return nextRoot(base, repository.root.signedJson, now);
}

function nextRoot(
  { repository, policy }: WorkingState['base'],
  content: JsonObject,
  now: Date,
): readonly Redraft[] {
  const { version } = repository.root.signed;
  const bytes = formatDocument(nextVersion(content, 'root', version, { now, policy }), []);
  return [rootFile, rootHistoryFile(version + 1)].map((file) => ({ file, bytes, isDraft: true }));
}
