/** Drafts as they are once the keys at hand have signed them: shown, agreed to, and not yet written. */
import type { Cli } from '../terminal/cli.ts';
import { confirmSigning } from '../terminal/confirm-signing.ts';
import type { KeyOptions } from '../terminal/key-options.ts';
import { describeGone } from '../words/describe-gone.ts';
import { describeSigning } from '../words/describe-signing.ts';
import { goneRoles, requireDrafts, type WorkingState } from './drafts.ts';
import { foundFiles } from './found-files.ts';
import { keysOf } from './key-setup.ts';
import { localVerdict } from './local-verdict.ts';
import { requireKeys } from './own-keys.ts';
import type { Project } from './project.ts';
import { refuseFindings } from './refuse.ts';
import { makeSignatures, signedDrafts, withSigners, type SignedDraft } from './sign-drafts.ts';
import { planSignatures, type Signing } from './sign-plan.ts';

export interface SignedWork {
  readonly files: readonly SignedDraft[];
  /** Of the first key that signed; undefined where these keys had signed all they may. */
  readonly owner: string | undefined;
}

/**
 * @throws `workspace.nothing-to-do`, `workspace.no-key`, `workspace.not-allowed`; the rule's code for
 *   what the gate would refuse; `workspace.waiting` for a no; `signer.*`
 */
export async function signWorking(
  cli: Cli,
  project: Project,
  working: WorkingState,
  options: KeyOptions & { readonly yes?: true },
): Promise<SignedWork> {
  const { keys, access } = await keysOf(cli, options, project.settings);
  const plan = planSignatures(requireDrafts(working), requireKeys(keys));
  refuseFindings(await localVerdict(project, working));
  if (plan.length > 0) await confirmSigning(cli, await linesOf(project, working, plan), options);
  const made = await withSigners(access, (open) => makeSignatures(plan, open));
  return { files: signedDrafts(working.drafts, made), owner: plan[0]?.owner };
}

async function linesOf(
  { now }: Project,
  working: WorkingState,
  plan: readonly Signing[],
): Promise<readonly string[]> {
  const drafts = [...new Set(plan.map((signing) => signing.draft))];
  const isHere = async (file: string) => (await working.read(file)) !== undefined;
  const files = await foundFiles(drafts, 'of this workspace', isHere);
  return [
    ...drafts.flatMap((draft) => describeSigning(draft, plan, now, files)),
    ...describeGone(goneRoles(working.base, working.repository)),
  ];
}
