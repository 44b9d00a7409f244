import { visible } from '../../core/error/error.ts';
import { describeRole, type FoundFiles } from '../../core/rules/words/describe-role.ts';
import type { Draft } from '../workspace/drafts.ts';
import type { Signing } from '../workspace/sign-plan.ts';

/** A draft in words, and who of this workspace is about to sign it. */
export function describeSigning(
  draft: Draft,
  plan: readonly Signing[],
  now: Date,
  files?: FoundFiles,
): readonly string[] {
  const signers = plan.filter((signing) => signing.draft === draft).map(({ owner }) => owner);
  const names = [...new Set(signers)].join(', ');
  const signing = names === '' ? [] : [`  to be signed by ${visible(names)}`];
  return [...describeRole(draft, now, files), ...signing];
}
