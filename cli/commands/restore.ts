import path from 'node:path';
import type { Command } from 'commander';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

/** `restore SRC HOME`: a HOME out of a backup, which signs nothing until a floor is known. */
export function register(program: Command, cli: Cli): void {
  const restore = program
    .command('restore <src> <home>')
    .description(
      'make a HOME of a backup; what clients have seen since is asked for when it is served',
    )
    .option('--json', 'what was in the backup as JSON')
    .action((source: string, home: string, options: { json?: true }) =>
      run(cli, source, home, options),
    );
  examples(restore, 'tuf-on-git restore /mnt/backups/tuf-monday /srv/tuf');
}

async function run(
  { out }: Cli,
  source: string,
  directory: string,
  { json }: { readonly json?: true },
): Promise<void> {
  const { restoreHome } = await import('../backup/restore-home.ts');
  const home = path.resolve(directory);
  const backup = await restoreHome(path.resolve(source), home);
  if (json === true) {
    out.json({ home, ...backup });
    return;
  }
  const { takenAt, snapshot, timestamp, signer } = backup;
  out.result(home);
  out.say(`as it was at ${takenAt}: snapshot ${snapshot} and timestamp ${timestamp}`);
  if (!signer) out.say('put the signer’s folder back too: it is not in this backup');
  out.say('push main again from the clone of a maintainer, for what was pushed since is not in it');
  out.say(`then: tuf-on-git serve ${directory} --floor SNAPSHOT:TIMESTAMP`);
  out.say('with the highest versions that clients may have seen; without, it says what it knows');
}
