/** Two people edit one role: what the draft changes is changed anew in what the other made of it. */
import { formatDocument } from '../../core/metadata/document.ts';
import { isSameContent, nextVersion } from '../../core/metadata/draft.ts';
import { mergeSigned } from '../../core/metadata/merge-signed.ts';
import type { Base } from './base.ts';
import type { WorkingState } from './drafts.ts';

/** The file of the role: unsigned, or what main has where that says the same. */
export interface RemadeDraft {
  readonly bytes: Uint8Array;
  /** What there is to say of it. */
  readonly line: string;
  /** Where both change one thing; then it has to be made again by hand. */
  readonly conflicts: readonly string[];
}

/**
 * @param main as it is now
 * @returns undefined for what is no draft of a role that both have
 */
export function remadeDraft(
  { drafts }: Pick<WorkingState, 'drafts'>,
  main: Base,
  file: string,
  now: Date,
): RemadeDraft | undefined {
  const draft = drafts.find((each) => each.file === file && each.name !== 'root');
  const theirs = draft && main.repository.roles.get(draft.name)?.document;
  if (draft?.before === undefined || theirs === undefined) return undefined;
  const { name, before, after } = draft;
  const { signed, conflicts } = mergeSigned(before.signedJson, after.signedJson, theirs.signedJson);
  const { version } = theirs.signed;
  if (isSameContent(signed, theirs.signedJson)) {
    const line = `${name} is not drafted any more: main says the same`;
    return { bytes: theirs.bytes, line, conflicts };
  }
  const next = nextVersion(signed, name, version, { now, policy: main.policy });
  const line = `${name} is made again as version ${version + 1}: main has version ${version} by now; sign it again`;
  return { bytes: formatDocument(next, []), line, conflicts };
}
