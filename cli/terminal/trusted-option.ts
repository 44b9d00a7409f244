/** What commands that read a trusted repository have in common: which one, as of when, and how. */
import type { Command } from 'commander';
import type { TrustedRepository } from '../../client/repository-record.ts';
import type { Updater, UpdaterOptions } from '../../client/updater.ts';
import { timestamp } from './arguments.ts';
import type { Cli } from './cli.ts';
import { addFetcherOptions, fetcherFor, type FetcherOptions } from './fetcher-options.ts';

export interface TrustedOptions extends FetcherOptions {
  readonly repository?: string;
  readonly offline?: true;
  readonly at?: Date;
}

export function addRepositoryOption(command: Command): Command {
  command
    .option('--repository <name>', 'which, when several are trusted')
    .option('--offline', 'ask no server: by what was verified before, while it is valid')
    .option('--at <time>', 'judge by this time, not by the clock: 2026-12-31T12:00:00Z', timestamp);
  return addFetcherOptions(command);
}

/** The trusted repository that is meant, and an updater for it. */
export interface Opened {
  readonly repository: TrustedRepository;
  readonly updater: Updater;
}

/**
 * @param more what else the updater is given
 * @throws `client.not-trusted-yet`, `client.ambiguous`
 */
export async function openUpdater(
  cli: Cli,
  options: TrustedOptions,
  more: Partial<UpdaterOptions> = {},
): Promise<Opened> {
  const { updaterFor } = await import('../../client/trusted-repositories.ts');
  const repository = await openChosen(cli, options);
  const { at, offline = false, ca = repository.caFile } = options;
  if (at !== undefined) cli.out.warn(`judged as of ${at.toISOString()}, not as of now`);
  const fetcher = await fetcherFor(cli, { ...options, ...(ca === undefined ? {} : { ca }) });
  const updater = updaterFor(repository, { now: at ?? cli.now(), offline, fetcher, ...more });
  return { repository, updater };
}

/** @throws `client.not-trusted-yet`, `client.ambiguous` */
async function openChosen(cli: Cli, { repository }: TrustedOptions): Promise<TrustedRepository> {
  const { openTrusted } = await import('../../client/trusted-repositories.ts');
  return openTrusted(repository, { dataDir: await dataFolderOf(cli) });
}

/** Where this user's trusted repositories are. */
export async function dataFolderOf({ env }: Cli): Promise<string> {
  const { dataFolder } = await import('../../client/data-folder.ts');
  return dataFolder({ env });
}
