import path from 'node:path';
import type { Command } from 'commander';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

interface SignerOptions {
  readonly socket: string;
}

/** `signer FOLDER --socket FILE`: the signer alone, under an account of its own. */
export function register(program: Command, cli: Cli): void {
  const signer = program
    .command('signer <folder>')
    .description('run the signer by itself, for a daemon of another account')
    .requiredOption('--socket <file>', 'the unix socket that config.json names as signerSocket')
    .action((folder: string, options: SignerOptions) => run(cli, folder, options));
  examples(signer, 'tuf-on-git signer /srv/tuf/signer --socket /run/tuf-signer/socket');
}

async function run(cli: Cli, directory: string, options: SignerOptions): Promise<void> {
  const { keyUris, readSignerSettings } = await import('../../core/home/signer-settings.ts');
  const { signUntilItEnds } = await import('../daemon-process.ts');
  const folder = path.resolve(cli.cwd, directory);
  const keys = keyUris(await readSignerSettings(folder));
  const socket = path.resolve(cli.cwd, options.socket);
  process.exitCode = await signUntilItEnds({ folder, keys, socket });
}
