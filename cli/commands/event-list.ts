import type { Command } from 'commander';
import { line, visible } from '../../core/error/error.ts';
import type { EventReport } from '../events/home-events.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { counted } from '../terminal/counted.ts';
import { addTokenOptions } from '../terminal/token-options.ts';
import type { PastEvent } from '../events/past-events.ts';
import type { TokenOptions } from '../workspace/token.ts';

interface ListOptions extends TokenOptions {
  readonly json?: true;
}

/** `event list`: in a workspace, those that are open and those that are over; or the open ones of a HOME. */
export function registerList(event: Command, cli: Cli): void {
  const list = event
    .command('list [home]')
    .description('events that are open, landed and withdrawn; of a HOME those that are open')
    .option('--json', 'as JSON');
  addTokenOptions(list).action((home: string | undefined, options: ListOptions) =>
    home === undefined ? listOwn(cli, options) : listAtHome(cli, home, options),
  );
  examples(list, 'tuf-on-git event list', 'tuf-on-git event list /srv/tuf');
}

async function listOwn(cli: Cli, options: ListOptions): Promise<void> {
  const { openEventLines } = await import('../events/event-lines.ts');
  const { eventStatuses } = await import('../events/event-status.ts');
  const { keysForLooking } = await import('../workspace/key-setup.ts');
  const { pastEvents } = await import('../events/past-events.ts');
  const { openProject, verifiedMain } = await import('../workspace/project.ts');
  const { givenToken } = await import('../workspace/token.ts');
  const project = await openProject(cli, await givenToken(options, cli.cwd, cli.out));
  await project.git.fetch();
  const main = await verifiedMain(project);
  const open = await eventStatuses(project, main, () => keysForLooking(cli, project.settings));
  const past = await pastEvents(project, main);
  if (options.json === true) {
    cli.out.json({ open, past });
    return;
  }
  if (open.length === 0) cli.out.say('no signing event is open');
  for (const text of open.flatMap(openEventLines)) cli.out.result(text);
  for (const event of past) cli.out.result(visible(pastLine(event)));
}

function pastLine({ event, outcome, commit, time, by }: PastEvent): string {
  if (outcome === 'withdrawn') return `${event}: withdrawn${by === undefined ? '' : ` by ${by}`}`;
  const day = time?.toISOString().slice(0, 10) ?? '';
  return `${event}: landed on ${day} as ${commit?.slice(0, 12) ?? ''}`;
}

async function listAtHome(cli: Cli, home: string, { json }: ListOptions): Promise<void> {
  const { listEvents } = await import('../events/home-events.ts');
  const now = cli.now();
  const events = await listEvents(home, now);
  if (json === true) {
    cli.out.json(events);
    return;
  }
  if (events.length === 0) cli.out.say('no signing event is open');
  for (const event of events) for (const text of linesOf(event, now)) cli.out.result(text);
}

function linesOf({ event, startedAt, lines, obstacles }: EventReport, now: Date): string[] {
  return [
    startedAt === undefined ? event : `${event}, open for ${daysBetween(startedAt, now)}`,
    ...lines.map((text) => `  ${text}`),
    ...obstacles.map((obstacle) => `  it cannot land: ${line(obstacle)}`),
  ];
}

function daysBetween(from: Date, to: Date): string {
  const days = Math.max(0, Math.floor((to.getTime() - from.getTime()) / 86_400_000));
  if (days === 0) return 'less than a day';
  return counted(days, 'day');
}
