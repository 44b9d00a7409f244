import type { Command } from 'commander';
import type { TrustedRepository } from '../../client/repository-record.ts';
import type { Cli } from './cli.ts';

export interface TrustedOptions {
  readonly repository?: string;
}

/** The option by which a downloader names one of several trusted repositories. */
export function addRepositoryOption(command: Command): Command {
  return command.option('--repository <name>', 'which, when several are trusted');
}

/** @throws `client.not-trusted-yet`, `client.ambiguous` */
export async function openChosen(
  cli: Cli,
  { repository }: TrustedOptions,
): Promise<TrustedRepository> {
  const { dataFolder, openTrusted } = await import('../../client/trusted-repositories.ts');
  return openTrusted(repository, { dataDir: dataFolder(cli.env) });
}
