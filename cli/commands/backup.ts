import path from 'node:path';
import type { Command } from 'commander';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

interface BackupOptions {
  readonly signer: boolean;
  readonly json?: true;
}

/** `backup HOME DEST`: a copy of everything that cannot be made again. */
export function register(program: Command, cli: Cli): void {
  const backup = program
    .command('backup <home> <dest>')
    .description('copy a HOME into a new folder, while its daemon runs; keys in tokens stay there')
    .option('--without-signer', 'leave the signer’s folder out, where it has a backup of its own')
    .option('--json', 'what is in it as JSON')
    .action((home: string, dest: string, options: { withoutSigner?: true; json?: true }) =>
      run(cli, home, dest, { ...options, signer: options.withoutSigner !== true }),
    );
  examples(backup, 'tuf-on-git backup /srv/tuf /mnt/backups/tuf-monday');
}

async function run(
  { out }: Cli,
  home: string,
  dest: string,
  { signer, json }: BackupOptions,
): Promise<void> {
  const { backupHome } = await import('../backup/backup-home.ts');
  const destination = path.resolve(dest);
  const backup = await backupHome(home, destination, { signer, now: new Date() });
  const { commit, snapshot, timestamp } = backup;
  if (json === true) {
    out.json({ destination, ...backup });
    return;
  }
  out.result(destination);
  out.say(`main is at ${commit}, published are snapshot ${snapshot} and timestamp ${timestamp}`);
  if (signer) out.say('online keys that are files are in it: keep it as you keep them');
}
