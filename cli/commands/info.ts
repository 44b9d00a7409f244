import type { Command } from 'commander';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import {
  addRepositoryOption,
  openUpdater,
  type TrustedOptions,
} from '../terminal/trusted-option.ts';

interface InfoOptions extends TrustedOptions {
  readonly json?: true;
}

/** `info (TARGETPATH|PROJECT[/PRODUCT][=VERSION])…`: what verified metadata says of targets. */
export function register(program: Command, cli: Cli): void {
  const info = addRepositoryOption(program.command('info <wanted...>'))
    .description('what verified metadata says of a target: hashes, URLs, roles, who signed')
    .option('--json', 'all of it, as JSON')
    .action((wanted: readonly string[], options: InfoOptions) => run(cli, wanted, options));
  examples(
    info,
    'tuf-on-git info example/tool',
    'tuf-on-git info example/tool=1.2.0 example/docs',
    'tuf-on-git info example/tool/1.2.0/tool-1.2.0.tgz --json',
    'tuf-on-git info example/tool --offline',
  );
}

async function run(cli: Cli, named: readonly string[], options: InfoOptions): Promise<void> {
  const { defaultJobs: jobs } = await import('../../client/download-all.ts');
  const { describeTarget } = await import('../downloader/describe-target.ts');
  const { knownTarget } = await import('../downloader/known-target.ts');
  const { lookUp } = await import('../downloader/look-up.ts');
  const { failureJson, reportFailures } = await import('../downloader/report-targets.ts');
  const { repository, updater } = await openUpdater(cli, options);
  await updater.refresh();
  const wanted = [...new Set(named)];
  const { targets: found, failures } = await lookUp(updater, { wanted, all: true, jobs });
  const [failure] = failures;
  if (failure !== undefined && wanted.length === 1) throw failure.error;
  const targets = await Promise.all(found.map((info) => knownTarget(updater, info)));
  if (options.json === true) {
    cli.out.json({ repository: repository.name, targets, failures: failures.map(failureJson) });
  } else {
    const texts = targets.map((target) => describeTarget(target).join('\n'));
    if (texts.length > 0) cli.out.result(texts.join('\n\n'));
  }
  process.exitCode = reportFailures(cli, failures);
}
