import type { Command } from 'commander';
import { line } from '../../core/error/error.ts';
import type { EventReport } from '../events/list-events.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { counted } from '../terminal/counted.ts';

interface EventOptions {
  readonly json?: true;
}

/** `event list|withdraw HOME`: signing events that are open on this server. */
export function register(program: Command, cli: Cli): void {
  const event = program.command('event').description('signing events, from the server’s side');
  event
    .command('list <home>')
    .description('open events: what each changes, who has signed and who is missing')
    .option('--json', 'as JSON')
    .action((home: string, options: EventOptions) => list(cli, home, options));
  const withdraw = event
    .command('withdraw <home> <name>')
    .description('end an event for good: what was made in it never lands, under no name')
    .option('--json', 'the result as JSON')
    .action((home: string, name: string, options: EventOptions) =>
      withdrawOne(cli, home, name, options),
    );
  examples(withdraw, 'tuf-on-git event withdraw /srv/tuf release-1.2');
}

async function list(cli: Cli, home: string, { json }: EventOptions): Promise<void> {
  const { listEvents } = await import('../events/list-events.ts');
  const now = cli.now();
  const events = await listEvents(home, now);
  if (json === true) {
    cli.out.json(events);
    return;
  }
  if (events.length === 0) cli.out.say('no signing event is open');
  for (const event of events) for (const text of linesOf(event, now)) cli.out.result(text);
}

async function withdrawOne(
  cli: Cli,
  home: string,
  name: string,
  { json }: EventOptions,
): Promise<void> {
  const { openBareRepository } = await import('../../core/git/binary/bare-repository.ts');
  const { withdrawEvent } = await import('../../core/gate/events/withdraw.ts');
  const { openHome } = await import('../../core/home/home.ts');
  const { paths } = await openHome(home);
  const repository = openBareRepository(paths.repository);
  try {
    const withdrawal = await withdrawEvent(repository, name, cli.now());
    if (json === true) cli.out.json(withdrawal);
    else {
      const { payloads } = withdrawal;
      cli.out.result(`withdrawn: ${name}`);
      cli.out.say(`${counted(payloads, 'payload')} of it will never land`);
    }
  } finally {
    await repository.close();
  }
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
