import type { Command } from 'commander';
import { TufOnGitError, line, visible } from '../../core/error/error.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import type { EventRoleStatus, EventStatus } from '../workspace/event-status.ts';
import type { OwnKey } from '../workspace/own-keys.ts';
import type { Project } from '../workspace/project.ts';
import type { DraftStatus, StatusReport } from '../workspace/status.ts';

interface StatusOptions {
  readonly fetch?: true;
  readonly json?: true;
}

/** `status`: what is drafted here, which signing events are open, who signed, and what to do next. */
export function register(program: Command, cli: Cli): void {
  const command = program
    .command('status')
    .description('what is drafted here, which signing events are open, and what comes next')
    .option('--fetch', 'fetch main and the events first, and put the drafts onto main')
    .option('--json', 'as JSON')
    .action((options: StatusOptions) => status(cli, options));
  examples(command, 'tuf-on-git status', 'tuf-on-git status --fetch --json');
}

async function status(cli: Cli, options: StatusOptions): Promise<void> {
  const { openProject } = await import('../workspace/project.ts');
  const { statusOf } = await import('../workspace/status.ts');
  if (options.fetch === true) {
    const { fetchAndMove } = await import('../workspace/carry-over.ts');
    await fetchAndMove(await openProject(cli));
  }
  const project = await openProject(cli);
  const report = await statusOf(project, () => keysAtHand(cli, project));
  if (options.json === true) {
    cli.out.json(report);
    return;
  }
  for (const text of await linesOf(report)) cli.out.result(text);
  for (const text of report.expiryWarnings) cli.out.warn(text);
}

/** A token that is not plugged in keeps nobody from seeing where things stand. */
async function keysAtHand(cli: Cli, { settings }: Project): Promise<readonly OwnKey[]> {
  const { keysOf } = await import('../workspace/key-setup.ts');
  try {
    return (await keysOf(cli, {}, settings)).keys;
  } catch (error) {
    if (!(error instanceof TufOnGitError)) throw error;
    cli.out.warn(`what your keys could sign is not known: ${line(error)}`);
    return [];
  }
}

async function linesOf(report: StatusReport): Promise<readonly string[]> {
  const { signatureWords } = await import('../../core/rules/signature-status.ts');
  const drafts = report.drafts.map((draft) => {
    const words = visible(signatureWords(draft));
    return `  ${visible(draft.role)}: ${steps(draft)}, ${words}${draft.isCommitted ? '' : ' (not committed)'}`;
  });
  return [
    `main of ${visible(report.remote)}: ${relations[report.relation]}`,
    ...(drafts.length === 0 ? ['nothing is drafted'] : ['drafts:', ...drafts]),
    ...(report.otherFiles.length === 0 ? [] : ['changed files that no draft accounts for:']),
    ...report.otherFiles.map((file) => `  ${visible(file)}`),
    ...nextStep(report),
    ...(report.events.length === 0 ? [] : ['open signing events:']),
    ...report.events.flatMap(eventLines),
  ];
}

const relations: Record<StatusReport['relation'], string> = {
  same: 'this workspace is at what was last fetched',
  ahead: 'this workspace has a commit that was not pushed yet',
  moved: 'it has moved on since this workspace began its change',
  elsewhere: 'this workspace is at another commit than what was last fetched',
};

type Step = Pick<DraftStatus, 'versionOnMain' | 'version'>;

function steps({ versionOnMain, version }: Step): string {
  return versionOnMain === 0 ? `new, version ${version}` : `version ${versionOnMain} → ${version}`;
}

function eventLines({ event, roles, lines, next, problem }: EventStatus): readonly string[] {
  if (problem !== undefined) return [`  ${event}: it cannot land: ${line(problem)}`];
  const todo = {
    sign: [`next: tuf-on-git sign ${event}`],
    'make-again': ['next: make what is stale again on what main has, and push it to the event'],
    wait: [],
  }[next];
  const head = `  ${event}: ${visible([...new Set(roles.map(change))].join('; '))}`;
  return [head, ...[...lines, ...todo].map((text) => `    ${visible(text)}`)];
}

function change({ role, versionOnMain, version }: EventRoleStatus): string {
  return version === undefined ? `${role} goes` : `${role} ${steps({ versionOnMain, version })}`;
}

function nextStep({ drafts, relation }: StatusReport): readonly string[] {
  const isReady = drafts.every(({ isComplete, isCommitted }) => isComplete && isCommitted);
  if (!isReady) return ['next: tuf-on-git sign'];
  return relation === 'same' ? [] : ['next: tuf-on-git push'];
}
