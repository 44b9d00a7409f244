import type { Command } from 'commander';
import { fault, visible } from '../../core/error/error.ts';
import { examples, instant, wholeNumber } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { counted } from '../terminal/counted.ts';
import type { Horizon } from '../workspace/expiry.ts';
import type { StatusReport } from '../workspace/status.ts';

interface StatusOptions {
  readonly fetch?: true;
  readonly at?: string;
  readonly within?: number;
  readonly json?: true;
}

/**
 * `status`: what is drafted here, which signing events are open, who signed, what expires, and who has
 * to do what next.
 */
export function register(program: Command, cli: Cli): void {
  const command = program
    .command('status')
    .description(
      'what is drafted here, which signing events are open, what expires, what comes next',
    )
    .option('--fetch', 'fetch main and the events first, and put the drafts onto main')
    .option('--at <date>', 'what will have expired then, as 2027-06-01 or 90d')
    .option('--within <days>', 'remind so many days ahead (14)', wholeNumber(0))
    .option('--json', 'as JSON')
    .action((options: StatusOptions) => status(cli, options));
  command.addHelpText('after', exitStatuses);
  examples(command, 'tuf-on-git status', 'tuf-on-git status --at 2027-06-01 --within 30');
}

const exitStatuses = `
Exit status: 0 nothing has to be renewed; 4 somebody must act, for a role has expired or soon will. A cron job
may run: tuf-on-git status --fetch`;

async function status(cli: Cli, options: StatusOptions): Promise<void> {
  const { openProject } = await import('../workspace/project.ts');
  const { statusOf } = await import('../workspace/status.ts');
  if (options.fetch === true) {
    const { fetchAndMove } = await import('../workspace/carry-over.ts');
    for (const text of await fetchAndMove(await openProject(cli))) cli.out.say(text);
  }
  const { keysForLooking } = await import('../workspace/key-setup.ts');
  const project = await openProject(cli);
  const horizon = await horizonOf(options, project.now);
  const report = await statusOf(project, () => keysForLooking(cli, project.settings), horizon);
  if (options.json === true) cli.out.json(report);
  else for (const text of await linesOf(report, horizon)) cli.out.result(text);
  await refusePressing(report);
}

async function horizonOf({ at, within }: StatusOptions, now: Date): Promise<Horizon> {
  const { soonDays } = await import('../workspace/expiry.ts');
  return { at: at === undefined ? now : instant('--at', at, now), within: within ?? soonDays };
}

/** @throws `workspace.waiting` where somebody must renew a role */
async function refusePressing({ expiries }: StatusReport): Promise<void> {
  const { isPressing } = await import('../workspace/expiry.ts');
  const pressing = expiries.filter(isPressing);
  const [first] = pressing;
  if (first === undefined) return;
  const where = pressing.length === 1 ? `role ${first.role}` : counted(pressing.length, 'role');
  throw fault('workspace.waiting', where, 'somebody must act, or clients refuse it');
}

async function linesOf(report: StatusReport, horizon: Horizon): Promise<readonly string[]> {
  const { openEventLines, steps } = await import('../events/event-lines.ts');
  const { expiryLines } = await import('../workspace/expiry-report.ts');
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
    ...report.events.flatMap(openEventLines).map((text) => `  ${text}`),
    ...expiryLines(report.expiries, report, horizon),
  ];
}

const relations: Record<StatusReport['relation'], string> = {
  same: 'this workspace is at what was last fetched',
  ahead: 'this workspace has a commit that was not pushed yet',
  moved: 'it has moved on since this workspace began its change',
  elsewhere: 'this workspace is at another commit than what was last fetched',
};

function nextStep({ drafts, relation }: StatusReport): readonly string[] {
  const isReady = drafts.every(({ isComplete, isCommitted }) => isComplete && isCommitted);
  if (!isReady) return ['next: tuf-on-git sign'];
  return relation === 'same' ? [] : ['next: tuf-on-git push'];
}
