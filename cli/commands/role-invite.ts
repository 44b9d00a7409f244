import type { Command } from 'commander';
import { fault, visible } from '../../core/error/error.ts';
import { isOwner, ownerForm } from '../../core/metadata/key-owner.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addKeyOptions, type KeyOptions } from '../terminal/key-options.ts';
import { addTokenOptions } from '../terminal/token-options.ts';
import type { TokenOptions } from '../workspace/token.ts';

interface InviteOptions extends KeyOptions, TokenOptions {
  readonly event: string;
  readonly yes?: true;
  readonly json?: true;
}

/** `role invite`: leaves a slot in a signing event, for a key that somebody else brings. */
export function registerInvite(role: Command, cli: Cli): void {
  const invite = role
    .command('invite <role> <owner>')
    .description('invite somebody, as @carol, to bring a key that signs the role')
    .requiredOption(
      '--event <event>',
      'the signing event that invites: a new one, or one that is open',
    )
    .option('--yes', 'sign without being asked what an open event needs signed')
    .option('--json', 'the result as JSON');
  addTokenOptions(addKeyOptions(invite)).action(
    (name: string, owner: string, options: InviteOptions) => inviteOne(cli, name, owner, options),
  );
  examples(invite, 'tuf-on-git role invite project @carol --event carol-joins');
}

async function inviteOne(
  cli: Cli,
  role: string,
  owner: string,
  options: InviteOptions,
): Promise<void> {
  if (!isOwner(owner)) throw fault('usage.argument', owner, `a person is ${ownerForm}`);
  const { invite } = await import('../people/invite.ts');
  const { signersFor, unsignedOrder } = await import('../events/event-order.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { givenToken } = await import('../workspace/token.ts');
  const project = await openProject(cli, await givenToken(options, cli.cwd, cli.out));
  const signers = () => signersFor(cli, project, options);
  const order = unsignedOrder(cli, options.event, options);
  const { name, tip } = await invite(project, { ...order, role, owner, signers });
  if (options.json === true) cli.out.json({ event: name, tip, role, owner });
  else cli.out.result(`${role}: ${owner} is invited, in event ${visible(name)}`);
  cli.out.say(`next: ${owner} runs: tuf-on-git accept ${name} --key URI`);
}
