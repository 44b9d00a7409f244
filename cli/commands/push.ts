import type { Command } from 'commander';
import { fault } from '../../core/error/error.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { serverLines } from '../terminal/server-lines.ts';
import { addTokenOptions } from '../terminal/token-options.ts';
import type { Project } from '../workspace/project.ts';
import type { PushOrder } from '../workspace/push.ts';
import type { TokenOptions } from '../workspace/token.ts';

interface PushCommandOptions extends TokenOptions {
  readonly replace?: true;
  readonly json?: true;
}

/** `push`: sends what is signed, to main or to a signing event; the server's rules decide. */
export function register(program: Command, cli: Cli): void {
  const command = program
    .command('push [event]')
    .description('send what is signed; with a name as a signing event, where others sign too')
    .option('--replace', 'take the place of what the event says of the same roles')
    .option('--json', 'as JSON');
  addTokenOptions(command).action((event: string | undefined, options: PushCommandOptions) =>
    push(cli, event, options),
  );
  examples(command, 'tuf-on-git push', 'tuf-on-git push release-2 --token-file alice.token');
}

async function push(
  cli: Cli,
  event: string | undefined,
  options: PushCommandOptions,
): Promise<void> {
  const { openProject } = await import('../workspace/project.ts');
  const { givenToken } = await import('../workspace/token.ts');
  const token = await givenToken(options, cli.cwd, cli.out);
  const project = await openProject(cli, token);
  const order = serverLines(cli.out);
  if (event === undefined) await pushMain(cli, project, order, options);
  else await pushToEvent(cli, project, { ...order, event }, options);
}

async function pushMain(
  cli: Cli,
  project: Project,
  order: PushOrder,
  { replace, json }: PushCommandOptions,
): Promise<void> {
  if (replace === true) throw fault('usage.argument', '--replace', 'it needs the name of an event');
  const { pushProject } = await import('../workspace/push.ts');
  const commit = await pushProject(project, order);
  if (json === true) cli.out.json({ commit: commit ?? null });
  else if (commit === undefined) cli.out.say('nothing to push');
  else cli.out.result(`accepted: main is at ${commit.slice(0, 12)}`);
}

async function pushToEvent(
  cli: Cli,
  project: Project,
  order: PushOrder & { readonly event: string },
  { replace, json }: PushCommandOptions,
): Promise<void> {
  const { pushEvent } = await import('../events/push-event.ts');
  const { reportEvent } = await import('../events/report-event.ts');
  const event = await pushEvent(project, { ...order, replace: replace === true });
  cli.out.say('this workspace is at main again');
  reportEvent(cli.out, event, json === true);
}
