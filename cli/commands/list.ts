import type { Command } from 'commander';
import { line, type TufOnGitError } from '../../core/error/error.ts';
import type { Offer } from '../downloader/offer.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { counted } from '../terminal/counted.ts';
import {
  addRepositoryOption,
  openUpdater,
  type TrustedOptions,
} from '../terminal/trusted-option.ts';

interface ListOptions extends TrustedOptions {
  readonly all?: true;
  readonly json?: true;
}

/** `list [PROJECT[/PRODUCT][=VERSION]]`: what there is to get. */
export function register(program: Command, cli: Cli): void {
  const list = addRepositoryOption(program.command('list [wanted]'))
    .description('what the repository offers: its projects, or one PROJECT[/PRODUCT][=VERSION]')
    .option('--all', 'every target by its path, also those that belong to no project')
    .option('--json', 'every target that is meant, as JSON')
    .action((wanted: string | undefined, options: ListOptions) => run(cli, wanted, options));
  examples(
    list,
    'tuf-on-git list',
    'tuf-on-git list example',
    'tuf-on-git list example/tool',
    'tuf-on-git list --all',
    'tuf-on-git list --offline --json',
  );
}

async function run(cli: Cli, wanted: string | undefined, options: ListOptions): Promise<void> {
  const { updater } = await openUpdater(cli, options);
  const { offerOf, targetTable } = await import('../downloader/offer.ts');
  const { listWanted } = await import('../../client/choose-target.ts');
  const { searchAmong } = await import('../../client/not-found.ts');
  const { targets, unavailable } = await listWanted(updater, wanted);
  const offer = searchAmong(unavailable, () => offerOf(targets, wanted));
  const { artifacts } = offer;
  if (options.json === true) cli.out.json({ artifacts, unavailable: unavailable.map(finding) });
  else if (options.all === true) {
    print(cli, { ...offer, table: targetTable(artifacts), elsewhere: 0 });
  } else print(cli, offer);
  for (const fault of unavailable) cli.out.warn(line(fault));
}

function finding({ code, where, message, hint }: TufOnGitError) {
  return { code, where, message, hint };
}

function print(cli: Cli, { table, elsewhere }: Offer): void {
  if (table.rows.length === 0) cli.out.say('the repository offers nothing yet');
  cli.out.table(table.header, table.rows);
  if (elsewhere > 0) {
    const many = counted(elsewhere, 'target');
    cli.out.say(`${many} in no project: tuf-on-git list --all shows everything`);
  }
}
