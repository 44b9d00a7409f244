import type { Command } from 'commander';
import type { TrustedSet } from '../../core/metadata/trusted-set.ts';
import type { Cli } from '../terminal/cli.ts';
import {
  addRepositoryOption,
  openChosen,
  type TrustedOptions,
} from '../terminal/trusted-option.ts';

interface RefreshOptions extends TrustedOptions {
  readonly json?: true;
}

/** `refresh`: brings the trusted metadata up to date. */
export function register(program: Command, cli: Cli): void {
  addRepositoryOption(program.command('refresh'))
    .description('fetch and verify the newest metadata')
    .option('--json', 'the result as JSON')
    .action((options: RefreshOptions) => run(cli, options));
}

async function run(cli: Cli, options: RefreshOptions): Promise<void> {
  const { updaterFor } = await import('../../client/trusted-repositories.ts');
  const repository = await openChosen(cli, options);
  const updater = updaterFor(repository, { now: cli.now() });
  await updater.refresh();
  const roles = rolesOf(await updater.trusted());
  if (options.json === true) {
    cli.out.json({ repository: repository.name, roles });
    return;
  }
  const rows = roles.map(({ role, version, expires }) => [role, String(version), expires]);
  cli.out.table(['ROLE', 'VERSION', 'EXPIRES'], rows);
}

function rolesOf({ root, timestamp, snapshot, targets }: TrustedSet) {
  return [root, timestamp, snapshot, targets].flatMap((document) =>
    document === undefined
      ? []
      : [
          {
            role: document.type,
            version: document.signed.version,
            expires: document.signed.expires,
          },
        ],
  );
}
