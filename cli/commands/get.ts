import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { fault } from '../../core/error/error.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import {
  addRepositoryOption,
  openChosen,
  type TrustedOptions,
} from '../terminal/trusted-option.ts';

interface GetOptions extends TrustedOptions {
  readonly output?: string;
  readonly dir?: string;
  readonly baseline?: string;
  readonly json?: true;
}

/** `get TARGETPATH|PROJECT[/PRODUCT][=VERSION]`: one file, downloaded and verified. */
export function register(program: Command, cli: Cli): void {
  const get = addRepositoryOption(program.command('get <wanted>'))
    .description('download and verify: a target path, or PROJECT[/PRODUCT][=VERSION]')
    .option('-o, --output <file>', 'where to put it (default: its own name)')
    .option('--dir <folder>', 'the folder to put it into (default: here)')
    .option('--baseline <url>', 'from a repository without TUF: NOTHING is verified')
    .option('--json', 'the result as JSON')
    .action((wanted: string, options: GetOptions) => run(cli, wanted, options));
  examples(
    get,
    'tuf-on-git get example/tool',
    'tuf-on-git get example/tool=1.2.0 --dir downloads',
    'tuf-on-git get example/tool/1.2.0/tool-1.2.0.tgz -o tool.tgz',
  );
}

async function run(cli: Cli, wanted: string, options: GetOptions): Promise<void> {
  if (options.output !== undefined && options.dir !== undefined) {
    throw fault('usage.argument', '--dir', '--output says already where the file goes');
  }
  if (options.baseline !== undefined) await getUnverified(cli, wanted, options.baseline, options);
  else await getVerified(cli, wanted, options);
}

async function getVerified(cli: Cli, wanted: string, options: GetOptions): Promise<void> {
  const { updaterFor } = await import('../../client/trusted-repositories.ts');
  const { chooseTarget } = await import('../../client/choose-target.ts');
  const updater = updaterFor(await openChosen(cli, options), { now: cli.now() });
  const target = await chooseTarget(updater, wanted);
  const { file, made } = await placeFor(cli, path.posix.basename(target.path), options);
  try {
    await updater.downloadTarget(target, file);
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    throw error;
  }
  const { length, hashes, role } = target;
  if (options.json === true) cli.out.json({ file, path: target.path, length, hashes, role });
  else cli.out.result(file);
  cli.out.say(`verified ${target.path}: ${length} bytes, signed by role ${role}`, 'good');
}

/** Milestone 0: what there is without TUF. Nobody may take it for the other. */
async function getUnverified(
  cli: Cli,
  wanted: string,
  url: string,
  options: GetOptions,
): Promise<void> {
  if (options.repository !== undefined || options.output !== undefined) {
    const option = options.repository === undefined ? '--output' : '--repository';
    throw fault('usage.argument', option, 'it does not go with --baseline');
  }
  const { getBaseline } = await import('../../client/baseline.ts');
  cli.out.warn('NOTHING IS VERIFIED: this repository has no TUF metadata');
  const folder = path.resolve(cli.cwd, options.dir ?? '.');
  const { file, verified } = await getBaseline({ url, request: wanted, folder });
  if (options.json === true) cli.out.json({ file, verified });
  else cli.out.result(file);
  cli.out.warn(`${file} is whatever came from ${url}: nobody vouches for it`);
}

interface Place {
  readonly file: string;
  /** The topmost folder that had to be made for it. */
  readonly made: string | undefined;
}

async function placeFor(cli: Cli, name: string, { output, dir }: GetOptions): Promise<Place> {
  if (output !== undefined) return { file: path.resolve(cli.cwd, output), made: undefined };
  const folder = path.resolve(cli.cwd, dir ?? '.');
  const made = await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    const hint = 'name a folder that is there, or can be made';
    throw fault('usage.argument', folder, 'no folder can be made here', { hint, cause });
  });
  return { file: path.join(folder, name), made };
}
