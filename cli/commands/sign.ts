import type { Command } from 'commander';
import { fault, visible } from '../../core/error/error.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addKeyOptions, type KeyOptions } from '../terminal/key-options.ts';
import { addTokenOptions } from '../terminal/token-options.ts';
import type { Project } from '../workspace/project.ts';
import type { TokenOptions } from '../workspace/token.ts';

interface SignOptions extends KeyOptions, TokenOptions {
  readonly yes?: true;
  readonly json?: true;
}

/** `sign`: shows what drafts or a signing event change, and signs them after a yes. */
export function register(program: Command, cli: Cli): void {
  const command = program
    .command('sign [event]')
    .description('show what the drafts change, sign and commit them; or co-sign a signing event')
    .option('--yes', 'sign what is shown without being asked')
    .option('--json', 'who signed and who is missing, as JSON');
  addTokenOptions(addKeyOptions(command)).action(
    (event: string | undefined, options: SignOptions) =>
      event === undefined ? signDraft(cli, options) : coSign(cli, event, options),
  );
  examples(command, 'tuf-on-git sign', 'tuf-on-git sign release-2 --key file:bob.json');
}

/** The event goes back to the server at once; drafts in the working tree have no part in it. */
async function coSign(cli: Cli, event: string, options: SignOptions): Promise<void> {
  const { eventOrder } = await import('../workspace/event-order.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { reportEvent } = await import('../workspace/report-event.ts');
  const { signEvent } = await import('../workspace/sign-event.ts');
  const { givenToken } = await import('../workspace/token.ts');
  const project = await openProject(cli, await givenToken(options, cli.cwd, cli.out));
  const signed = await signEvent(project, await eventOrder(cli, project, event, options));
  reportEvent(cli.out, signed, options.json === true);
}

async function signDraft(cli: Cli, options: SignOptions): Promise<void> {
  const { workingState } = await import('../workspace/drafts.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { writeSigned } = await import('../workspace/sign-drafts.ts');
  const { signWorking } = await import('../workspace/sign-working.ts');
  const project = await openProject(cli);
  const { files, owner } = await signWorking(cli, project, await workingState(project), options);
  await writeSigned(project, files);
  await commitAndReport(cli, project, owner, options);
}

async function commitAndReport(
  cli: Cli,
  project: Project,
  owner: string | undefined,
  options: SignOptions,
): Promise<void> {
  const { authorOf, commitDrafts } = await import('../workspace/commit-drafts.ts');
  const { statusesOf, workingState } = await import('../workspace/drafts.ts');
  const { signatureLine, signatureWords } = await import('../../core/rules/signature-status.ts');
  const working = await workingState(project);
  const commit = await commitDrafts(project, working, authorOf(cli.env, owner));
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
    hint: 'tuf-on-git push EVENT asks the others; or they sign here, with --key',
  });
}
