import type { Command } from 'commander';
import type { VersionChange } from '../../client/role-versions.ts';
import type { TrustedSet } from '../../core/metadata/trusted-set.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { counted } from '../terminal/counted.ts';
import {
  addRepositoryOption,
  openUpdater,
  type TrustedOptions,
} from '../terminal/trusted-option.ts';

interface RefreshOptions extends TrustedOptions {
  readonly json?: true;
}

/** `refresh`: brings the trusted metadata up to date, and says what is new. */
export function register(program: Command, cli: Cli): void {
  const refresh = addRepositoryOption(program.command('refresh'))
    .description('fetch and verify the newest metadata, and say what is new')
    .option('--json', 'the result as JSON')
    .action((options: RefreshOptions) => run(cli, options));
  examples(refresh, 'tuf-on-git refresh', 'tuf-on-git refresh --at 2026-12-31');
}

async function run(cli: Cli, options: RefreshOptions): Promise<void> {
  const { cachedVersions, changesBetween, versionsOf } =
    await import('../../client/role-versions.ts');
  const { repository, updater } = await openUpdater(cli, options);
  const before = await cachedVersions(repository.metadataDir);
  const set = await updater.trusted();
  const changes = changesBetween(before, versionsOf(set));
  const roles = topLevel(set);
  if (options.json === true) cli.out.json({ repository: repository.name, roles, changes });
  else printTable(cli, roles, changes);
  cli.out.say(changes.length === 0 ? 'nothing new' : `${counted(changes.length, 'role')} changed`);
}

interface Role {
  readonly role: string;
  readonly version: number;
  readonly expires: string;
}

function topLevel({ root, timestamp, snapshot, targets }: TrustedSet): readonly Role[] {
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

const mostDelegated = 20;

/** The top-level roles, then delegated ones that changed: those are read when they are needed. */
function printTable(cli: Cli, roles: readonly Role[], changes: readonly VersionChange[]): void {
  const own = roles.map(({ role, version, expires }) => {
    const change = changes.find((entry) => entry.role === role);
    return [role, change === undefined ? String(version) : arrow(change), expires];
  });
  const delegated = changes.filter(({ role }) => !roles.some((entry) => entry.role === role));
  const shown = delegated.slice(0, mostDelegated).map((change) => [change.role, arrow(change), '']);
  cli.out.table(['ROLE', 'VERSION', 'EXPIRES'], [...own, ...shown]);
  const more = delegated.length - shown.length;
  if (more > 0) cli.out.say(`and ${counted(more, 'delegated role')} more; --json has them all`);
}

function arrow({ before, after }: VersionChange): string {
  return `${before ?? 'none'} -> ${after ?? 'none'}`;
}
