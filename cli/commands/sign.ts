import type { Command } from 'commander';
import { collect, examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addKeyOptions, type KeyOptions } from '../terminal/key-options.ts';
import { addOfflineOptions, wayOf, type OfflineOptions } from '../terminal/offline-options.ts';
import { addTokenOptions } from '../terminal/token-options.ts';
import type { TokenOptions } from '../workspace/token.ts';

interface SignOptions extends KeyOptions, TokenOptions, OfflineOptions {
  readonly yes?: true;
  readonly takeIn?: readonly string[];
  readonly json?: true;
}

/** `sign`: shows what drafts or a signing event change, and signs them after a yes. */
export function register(program: Command, cli: Cli): void {
  const command = program
    .command('sign [event]')
    .description('show what the drafts change, sign and commit them; or co-sign a signing event')
    .option('--yes', 'sign what is shown without being asked')
    .option(
      '--take-in <fingerprint>',
      'with --yes: take in the key of this fingerprint, which was brought to an invitation (repeatable)',
      collect,
    )
    .option('--json', 'who signed and who is missing, as JSON');
  addOfflineOptions(addTokenOptions(addKeyOptions(command))).action(
    (event: string | undefined, options: SignOptions) => sign(cli, event, options),
  );
  examples(
    command,
    'tuf-on-git sign',
    'tuf-on-git sign release-2 --key file:bob.json',
    'tuf-on-git sign release-2 --export /media/usb/release-2',
    'tuf-on-git sign --exported /media/usb/release-2 --root root.json --key file:bob.json',
    'tuf-on-git sign --import /media/usb/release-2',
  );
}

async function sign(cli: Cli, event: string | undefined, options: SignOptions): Promise<void> {
  const way = wayOf(event, options);
  switch (way.kind) {
    case 'here':
      return event === undefined ? signDraft(cli, options) : coSign(cli, event, options);
    case 'exported': {
      const { signExported } = await import('../offline/sign-exported.ts');
      return signExported(cli, way.folder, options);
    }
    case 'attach':
    case 'export':
    case 'import': {
      const { signElsewhere } = await import('../offline/sign-elsewhere.ts');
      return signElsewhere(cli, event, way, options);
    }
  }
}

/** The event goes back to the server at once; drafts in the working tree have no part in it. */
async function coSign(cli: Cli, event: string, options: SignOptions): Promise<void> {
  const { eventOrder } = await import('../events/event-order.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { reportEvent } = await import('../events/report-event.ts');
  const { signEvent } = await import('../events/sign-event.ts');
  const { givenToken } = await import('../workspace/token.ts');
  const project = await openProject(cli, await givenToken(options, cli.cwd, cli.out));
  const { takeIn, yes } = options;
  const takesIn = (fingerprint: string) => takeIn?.includes(fingerprint) ?? yes !== true;
  const order = { ...(await eventOrder(cli, project, event, options)), takesIn };
  const signed = await signEvent(project, order);
  reportEvent(cli.out, signed, options.json === true);
}

async function signDraft(cli: Cli, options: SignOptions): Promise<void> {
  const { workingState } = await import('../workspace/drafts.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { commitAndReport } = await import('../workspace/report-drafts.ts');
  const { writeSigned } = await import('../workspace/sign-drafts.ts');
  const { signWorking } = await import('../workspace/sign-working.ts');
  const project = await openProject(cli);
  const { files, owner } = await signWorking(cli, project, await workingState(project), options);
  await writeSigned(project, files);
  await commitAndReport(cli, project, owner, options.json === true);
}
