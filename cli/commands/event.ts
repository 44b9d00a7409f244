import type { Command } from 'commander';
import { line, visible } from '../../core/error/error.ts';
import type { EventReport } from '../events/list-events.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { counted } from '../terminal/counted.ts';
import { addKeyOptions, type KeyOptions } from '../terminal/key-options.ts';
import { addTokenOptions } from '../terminal/token-options.ts';
import type { TokenOptions } from '../workspace/token.ts';

interface ListOptions {
  readonly json?: true;
}
interface WithdrawOptions extends KeyOptions, TokenOptions, ListOptions {
  readonly yes?: true;
}

/** `event list|withdraw`: signing events, in a workspace; or with a HOME, from the server's side. */
export function register(program: Command, cli: Cli): void {
  const event = program
    .command('event')
    .description('signing events, in a workspace; or with a HOME, from the server’s side');
  event
    .command('list <home>')
    .description('open events: what each changes, who has signed and who is missing')
    .option('--json', 'as JSON')
    .action((home: string, options: ListOptions) => list(cli, home, options));
  registerWithdraw(event, cli);
}

function registerWithdraw(event: Command, cli: Cli): void {
  const withdraw = event
    .command('withdraw <name>')
    .description('end an event for good: what was made in it never lands, under no name')
    .usage('[options] [home] <name>')
    .argument('[name]', 'after a HOME: the event that its operator ends')
    .option('--yes', 'withdraw what is shown without being asked')
    .option('--json', 'the result as JSON');
  addTokenOptions(addKeyOptions(withdraw)).action(
    (first: string, second: string | undefined, options: WithdrawOptions) =>
      second === undefined
        ? withdrawOwn(cli, first, options)
        : withdrawAtHome(cli, first, second, options),
  );
  examples(withdraw, 'tuf-on-git event withdraw release-1.2', withHome);
}

const withHome = 'tuf-on-git event withdraw /srv/tuf release-1.2';

async function list(cli: Cli, home: string, { json }: ListOptions): Promise<void> {
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

/** By a key of a role that the event changes. */
async function withdrawOwn(cli: Cli, name: string, options: WithdrawOptions): Promise<void> {
  const { eventOrder } = await import('../workspace/event-order.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { givenToken } = await import('../workspace/token.ts');
  const { withdrawOpenEvent } = await import('../workspace/withdraw-event.ts');
  const project = await openProject(cli, await givenToken(options, cli.cwd, cli.out));
  const order = await eventOrder(cli, project, name, options, 'Withdraw it?');
  const { tip, held } = await withdrawOpenEvent(project, order);
  if (options.json === true) cli.out.json({ name, tip, by: held.withdrawal?.keyid });
  else cli.out.result(`withdrawn: ${visible(name)}`);
}

async function withdrawAtHome(
  cli: Cli,
  home: string,
  name: string,
  { json }: ListOptions,
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
