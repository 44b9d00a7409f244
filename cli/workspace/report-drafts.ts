import { fault, visible } from '../../core/error/error.ts';
import { signatureLine, signatureWords } from '../../core/rules/signature-status.ts';
import type { Cli } from '../terminal/cli.ts';
import { authorOf, commitDrafts } from './commit-drafts.ts';
import { statusesOf, workingState } from './drafts.ts';
import type { Project } from './project.ts';

/**
 * Commits drafts once they have what signatures there are, and says where they stand.
 * @param owner of the first key that signed
 * @throws `workspace.waiting` while signatures are missing
 */
export async function commitAndReport(
  cli: Pick<Cli, 'env' | 'out'>,
  project: Project,
  owner: string | undefined,
  asJson: boolean,
): Promise<void> {
  const working = await workingState(project);
  const commit = await commitDrafts(project, working, authorOf(cli.env, owner));
  const statuses = working.drafts.flatMap(statusesOf);
  if (asJson) cli.out.json({ commit, roles: statuses });
  for (const status of asJson ? [] : statuses) cli.out.result(visible(signatureLine(status)));
  const waiting = statuses.find(({ isComplete }) => !isComplete);
  if (waiting === undefined) {
    cli.out.say('next: tuf-on-git push');
    return;
  }
  throw fault('workspace.waiting', `role ${waiting.role}`, signatureWords(waiting), {
    hint: 'tuf-on-git push EVENT asks the others; or they sign here, with --key',
  });
}
