import type { Command } from 'commander';
import { visible } from '../../core/error/error.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { counted } from '../terminal/counted.ts';
import { addKeyOptions, type KeyOptions } from '../terminal/key-options.ts';
import { addTokenOptions } from '../terminal/token-options.ts';
import type { TokenOptions } from '../workspace/token.ts';
import { registerList } from './event-list.ts';

interface WithdrawOptions extends KeyOptions, TokenOptions {
  readonly yes?: true;
  readonly json?: true;
}

/** `event list|withdraw`: signing events, in a workspace; or with a HOME, from the server's side. */
export function register(program: Command, cli: Cli): void {
  const event = program
    .command('event')
    .description('signing events, in a workspace; or with a HOME, from the server’s side');
  registerList(event, cli);
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

/** By a key of a role that the event changes. */
async function withdrawOwn(cli: Cli, name: string, options: WithdrawOptions): Promise<void> {
  const { eventOrder } = await import('../events/event-order.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { givenToken } = await import('../workspace/token.ts');
  const { withdrawOpenEvent } = await import('../events/withdraw-event.ts');
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
  { json }: WithdrawOptions,
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
