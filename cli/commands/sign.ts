import type { Command } from 'commander';
import { fault, visible } from '../../core/error/error.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addKeyOptions, type KeyOptions } from '../terminal/key-options.ts';
import type { WorkingState } from '../workspace/drafts.ts';
import type { Project } from '../workspace/project.ts';
import type { Signing } from '../workspace/sign-drafts.ts';

interface SignOptions extends KeyOptions {
  readonly yes?: true;
  readonly json?: true;
}

/** `sign`: shows what the drafts change, signs them after a yes, and commits them. */
export function register(program: Command, cli: Cli): void {
  const command = program
    .command('sign')
    .description('show what the drafts change, sign them with your keys and commit them')
    .option('--yes', 'sign what is shown without being asked')
    .option('--json', 'who signed and who is missing, as JSON');
  addKeyOptions(command).action((options: SignOptions) => sign(cli, options));
  examples(command, 'tuf-on-git sign', 'tuf-on-git sign --key file:bob.json');
}

async function sign(cli: Cli, options: SignOptions): Promise<void> {
  const { workingState } = await import('../workspace/drafts.ts');
  const { keysOf } = await import('../workspace/key-setup.ts');
  const { localVerdict } = await import('../workspace/local-verdict.ts');
  const { requireKeys } = await import('../workspace/own-keys.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { refuseFindings } = await import('../workspace/refuse.ts');
  const { makeSignatures, planSignatures, writeSigned } =
    await import('../workspace/sign-drafts.ts');
  const project = await openProject(cli);
  const { keys, access } = await keysOf(cli, options, project.settings);
  const working = await workingState(project);
  const plan = planSignatures(requireDrafts(working), requireKeys(keys));
  refuseFindings(await localVerdict(project, working));
  await confirm(cli, project, plan, options);
  await writeSigned(project, await makeSignatures(working.drafts, plan, access));
  await commitAndReport(cli, project, plan, options);
}

function requireDrafts({ drafts }: WorkingState) {
  if (drafts.length > 0) return drafts;
  throw fault('workspace.nothing-to-do', 'this workspace', 'nothing is drafted here', {
    hint: 'draft a change with tuf-on-git add, remove or role add',
  });
}

/** Shows everything that will be signed; nothing else is. */
async function confirm(
  cli: Cli,
  { now }: Project,
  plan: readonly Signing[],
  { yes }: SignOptions,
): Promise<void> {
  if (plan.length === 0) return;
  const { describeDraft } = await import('../workspace/describe.ts');
  for (const draft of new Set(plan.map((signing) => signing.draft))) {
    for (const text of describeDraft(draft, now)) cli.out.say(text);
    const signings = plan.filter((signing) => signing.draft === draft);
    cli.out.say(`  to be signed by ${visible(signers(signings).join(', '))}`);
  }
  if (yes === true || (await cli.ask.confirm({ text: 'Sign this?', option: '--yes' }))) return;
  throw fault('workspace.waiting', 'this workspace', 'nothing was signed');
}

async function commitAndReport(
  cli: Cli,
  project: Project,
  plan: readonly Signing[],
  options: SignOptions,
): Promise<void> {
  const { authorOf, commitDrafts } = await import('../workspace/commit-drafts.ts');
  const { statusesOf, workingState } = await import('../workspace/drafts.ts');
  const { signatureLine, signatureWords } = await import('../../core/rules/signature-status.ts');
  const working = await workingState(project);
  const commit = await commitDrafts(project, working, authorOf(cli.env, signers(plan)[0]));
  const statuses = working.drafts.flatMap(statusesOf);
  if (options.json === true) cli.out.json({ commit, roles: statuses });
  for (const status of options.json === true ? [] : statuses) {
    cli.out.result(visible(signatureLine(status)));
  }
  const waiting = statuses.find(({ isComplete }) => !isComplete);
  if (waiting === undefined) {
    cli.out.say('next: tuf-on-git push');
    return;
  }
  throw fault('workspace.waiting', `role ${waiting.role}`, signatureWords(waiting), {
    hint: 'they sign in this workspace with: tuf-on-git sign --key URI',
  });
}

function signers(plan: readonly Signing[]): readonly string[] {
  return plan.map(({ owner }) => owner);
}
