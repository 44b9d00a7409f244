/**
 * `tuf-on-git-conformance`: the client-under-test protocol of the TUF conformance suite. All options
 * come before the command; the status is 0 after complete success and 1 after anything else.
 *
 *     --metadata-dir DIR init ROOTFILE
 *     --metadata-dir DIR --metadata-url URL refresh
 *     --metadata-dir DIR --metadata-url URL (--target-name T)+ --target-dir DIR --target-base-url URL download
 *
 * A suite counts requests, so each is made once, straight to the server. It starts hundreds of these
 * processes, so this one holds the client and nothing else.
 */
import { readFile } from 'node:fs/promises';
import { httpFetcher } from '../client/http-fetcher.ts';
import { storageFault } from '../client/storage.ts';
import { Updater, type UpdaterOptions } from '../client/updater.ts';
import { fault, line, TufOnGitError } from '../core/error/error.ts';

/** What stands before the command, by name; each value in its order. */
type Options = ReadonlyMap<string, readonly string[]>;
type Command = (options: Options, operands: readonly string[]) => Promise<void>;

const name = 'tuf-on-git-conformance';
const known = ['metadata-dir', 'metadata-url', 'target-name', 'target-dir', 'target-base-url'];
const commands = new Map<string, Command>([
  ['init', init],
  ['refresh', refresh],
  ['download', download],
]);

void run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<void> {
  try {
    const { options, command, operands } = parse(args);
    await command(options, operands);
  } catch (error) {
    process.stderr.write(`${name}: ${explain(error)}\n`);
    process.exitCode = 1;
  }
}

async function init(options: Options, operands: readonly string[]): Promise<void> {
  const [rootFile] = operands;
  if (rootFile === undefined) throw fault('usage.argument', 'init', 'it needs the root to trust');
  refuseOperands('init', operands.slice(1));
  await Updater.init(the('metadata-dir', options), await read(rootFile));
}

async function refresh(options: Options, operands: readonly string[]): Promise<void> {
  refuseOperands('refresh', operands);
  await new Updater(updaterOptions(options)).refresh();
}

/** One after the other, by one updater; the first that fails ends it. */
async function download(options: Options, operands: readonly string[]): Promise<void> {
  refuseOperands('download', operands);
  const targetsDir = the('target-dir', options);
  const targetsUrl = the('target-base-url', options);
  const targets = all('target-name', options);
  const updater = new Updater({ ...updaterOptions(options), targetsDir, targetsUrl });
  for (const target of targets) {
    const info = await updater.getTargetInfo(target);
    if (info === undefined) throw fault('search.not-found', target, 'no role lists this target');
    await updater.downloadTarget(info);
  }
}

function updaterOptions(options: Options): UpdaterOptions {
  return {
    metadataDir: the('metadata-dir', options),
    metadataUrl: the('metadata-url', options),
    fetcher: httpFetcher({ env: {} }),
    retry: { attempts: 1, pause: () => Promise.resolve() },
  };
}

/** Values may look like options: a target may be called `--help`. */
function parse(args: readonly string[]) {
  const options = new Map<string, string[]>();
  let at = 0;
  for (; args[at]?.startsWith('--') === true; at += 2) {
    const option = args[at]?.slice(2) ?? '';
    const value = args[at + 1];
    if (!known.includes(option)) throw fault('usage.argument', `--${option}`, 'no such option');
    if (value === undefined) throw fault('usage.argument', `--${option}`, 'it needs a value');
    options.set(option, [...(options.get(option) ?? []), value]);
  }
  const command = commands.get(args[at] ?? '');
  if (command === undefined) {
    const hint = 'it is init, refresh or download, after all options';
    throw fault('usage.argument', args[at] ?? 'command', 'no command stands here', { hint });
  }
  return { options, command, operands: args.slice(at + 1) };
}

function refuseOperands(command: string, operands: readonly string[]): void {
  const [first] = operands;
  if (first === undefined) return;
  const hint = 'options stand before the command';
  throw fault('usage.argument', first, `${command} takes nothing behind it`, { hint });
}

function the(option: string, options: Options): string {
  const [value, another] = all(option, options);
  if (value !== undefined && another === undefined) return value;
  throw fault('usage.argument', `--${option}`, 'it is given more than once');
}

function all(option: string, options: Options): readonly string[] {
  const values = options.get(option);
  if (values === undefined) throw fault('usage.argument', `--${option}`, 'this option is missing');
  if (!values.includes('')) return values;
  throw fault('usage.argument', `--${option}`, 'its value is empty');
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw storageFault(file, error);
  }
}

function explain(error: unknown): string {
  if (error instanceof TufOnGitError) return line(error);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
