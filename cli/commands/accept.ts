import type { Command } from 'commander';
import { visible } from '../../core/error/error.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addKeyOptions, type KeyOptions } from '../terminal/key-options.ts';
import { addTokenOptions } from '../terminal/token-options.ts';
import type { Acceptance } from '../events/open-slots.ts';
import type { TokenOptions } from '../workspace/token.ts';

interface AcceptOptions extends KeyOptions, TokenOptions {
  readonly role?: string;
  readonly yes?: true;
  readonly json?: true;
}

/** `accept`: brings a key of one's own to a signing event that invites. */
export function register(program: Command, cli: Cli): void {
  const command = program
    .command('accept <event>')
    .description('bring a key to a role that an event invites you to, and prove that it is yours')
    .option('--role <role>', 'the role that is meant, where the event invites to several')
    .option('--yes', 'accept without being asked')
    .option('--json', 'the result as JSON');
  addTokenOptions(addKeyOptions(command)).action((event: string, options: AcceptOptions) =>
    acceptOne(cli, event, options),
  );
  examples(command, 'tuf-on-git accept carol-joins --key file:carol.json');
}

async function acceptOne(cli: Cli, event: string, options: AcceptOptions): Promise<void> {
  const { accept } = await import('../people/accept.ts');
  const { eventOrder } = await import('../events/event-order.ts');
  const { rememberKey } = await import('../workspace/own-keys.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { givenToken } = await import('../workspace/token.ts');
  const project = await openProject(cli, await givenToken(options, cli.cwd, cli.out));
  const order = await eventOrder(cli, project, event, options, 'Accept?');
  const accepted = await accept(project, { ...order, role: options.role });
  await rememberKey(project, accepted.own.uri, order.access);
  report(cli, event, accepted, options);
}

function report(
  cli: Cli,
  event: string,
  { slot: { role, slot }, key: { keyid, fingerprint } }: Acceptance,
  { json }: AcceptOptions,
): void {
  if (json === true) cli.out.json({ event, role, slot, keyid, fingerprint });
  else cli.out.result(`${visible(role)}: accepted, with the key of fingerprint ${fingerprint}`);
  cli.out.say('tell that fingerprint, not by this server, to those who sign you in');
  cli.out.say(`they take it in with: tuf-on-git sign ${event}`);
}
