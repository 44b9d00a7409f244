import path from 'node:path';
import type { Command } from 'commander';
import { fault } from '../../core/error/error.ts';
import type { GetRequest } from '../downloader/get-targets.ts';
import { examples, wholeNumber } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import {
  addRepositoryOption,
  openUpdater,
  type TrustedOptions,
} from '../terminal/trusted-option.ts';

interface GetOptions extends TrustedOptions {
  readonly output?: string;
  readonly dir?: string;
  readonly paths?: true;
  readonly all?: true;
  readonly from?: string;
  readonly jobs?: number;
  readonly baseline?: string;
  readonly json?: true;
}

/** More would only wait: the fetcher has no more requests under way. */
const mostJobs = 64;

/** `get (TARGETPATH|PROJECT[/PRODUCT][=VERSION])…`: files, downloaded and verified. */
export function register(program: Command, cli: Cli): void {
  const get = addRepositoryOption(program.command('get [wanted...]'))
    .description('download and verify: target paths, or PROJECT[/PRODUCT][=VERSION]')
    .option('-o, --output <file>', 'where to put the only one (default: its own name)')
    .option('--dir <folder>', 'the folder to put them into (default: here)')
    .option('--paths', 'keep the folders of their target paths')
    .option('--all', 'every artifact, where a version has several')
    .option('--from <list>', 'a file that names more of them, one a line; -: standard input')
    .option('--jobs <number>', 'how many downloads at once (default: 8)', wholeNumber(1, mostJobs))
    .option('--baseline <url>', 'from a repository without TUF: NOTHING is verified')
    .option('--json', 'the result as JSON')
    .action((wanted: readonly string[], options: GetOptions) => run(cli, wanted, options));
  examples(
    get,
    'tuf-on-git get example/tool',
    'tuf-on-git get example/tool=1.2.0 --dir downloads',
    'tuf-on-git get example/tool/1.2.0/tool-1.2.0.tgz -o tool.tgz',
    'tuf-on-git get example/tool example/docs=2.0 --all --paths',
    'tuf-on-git get --from list.txt --dir downloads --jobs 16',
  );
}

async function run(cli: Cli, named: readonly string[], options: GetOptions): Promise<void> {
  if (options.output !== undefined) refuseOptions(options, ['dir', 'paths'], '--output');
  if (options.baseline === undefined) await getVerified(cli, named, options);
  else await getUnverified(cli, named, options.baseline, options);
}

/** @throws `usage.argument` for the first of them that is given */
function refuseOptions(
  options: GetOptions,
  names: readonly (keyof GetOptions)[],
  beside: string,
): void {
  const stray = names.find((name) => options[name] !== undefined);
  if (stray === undefined) return;
  throw fault('usage.argument', `--${stray}`, `it does not go with ${beside}`);
}

async function getVerified(cli: Cli, named: readonly string[], options: GetOptions): Promise<void> {
  const { defaultJobs } = await import('../../client/download-all.ts');
  const { getTargets } = await import('../downloader/get-targets.ts');
  const { allWanted } = await import('../downloader/wanted.ts');
  const { reportMany, reportOne } = await import('../downloader/report-targets.ts');
  const { downloadProgress } = await import('../terminal/download-progress.ts');
  const { from, jobs = defaultJobs } = options;
  const [all, json] = [options.all === true, options.json === true];
  const wanted = await allWanted(cli, named, from);
  const show = (text: string) => {
    if (!json) cli.out.progress(text);
  };
  const { updater } = await openUpdater(cli, options);
  const answer = await getTargets(updater, {
    ...{ wanted, all, jobs },
    place: placeOf(cli, options),
    progress: (targets) => downloadProgress(targets, show),
  });
  const isOne = from === undefined && !all && named.length === 1;
  if (isOne) reportOne(cli, answer, json);
  else process.exitCode = reportMany(cli, answer, json);
}

function placeOf(cli: Cli, { output, dir = '.', paths }: GetOptions): GetRequest['place'] {
  if (output !== undefined) return { file: path.resolve(cli.cwd, output) };
  return { folder: path.resolve(cli.cwd, dir), paths: paths === true };
}

/** Milestone 0: what there is without TUF. Nobody may take it for the other. */
async function getUnverified(
  cli: Cli,
  named: readonly string[],
  url: string,
  options: GetOptions,
): Promise<void> {
  const others = ['repository', 'offline', 'at', 'ca', 'timeout'] as const;
  refuseOptions(options, [...others, 'output', 'paths', 'all', 'from', 'jobs'], '--baseline');
  const [request, ...more] = named;
  if (request === undefined || more.length > 0) {
    throw fault('usage.argument', 'WANTED', 'with --baseline it is exactly one');
  }
  const { getBaseline } = await import('../../client/baseline.ts');
  cli.out.warn('NOTHING IS VERIFIED: this repository has no TUF metadata');
  const folder = path.resolve(cli.cwd, options.dir ?? '.');
  const { file, verified } = await getBaseline({ url, request, folder });
  if (options.json === true) cli.out.json({ file, verified });
  else cli.out.result(file);
  cli.out.warn(`${file} is whatever came from ${url}: nobody vouches for it`);
}
