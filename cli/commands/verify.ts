import path from 'node:path';
import type { Command } from 'commander';
import { fault } from '../../core/error/error.ts';
import type { ServedPlace } from '../audit/served-place.ts';
import type { Audit } from '../audit/verify-home.ts';
import type { ServedAudit } from '../audit/verify-served.ts';
import { examples, sha256 } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { counted } from '../terminal/counted.ts';
import { addFetcherOptions, type FetcherOptions } from '../terminal/fetcher-options.ts';

interface VerifyOptions extends FetcherOptions {
  readonly history?: true;
  readonly metadataOnly?: true;
  readonly root?: string;
  readonly sha256?: string;
  readonly json?: true;
}

/**
 * `verify HOME`: the tip of main and what is published of it, or all that ever was. `verify URL|DIR`: what
 * is served, as anybody sees it.
 */
export function register(program: Command, cli: Cli): void {
  const verify = program
    .command('verify <place>')
    .description(
      'audit a HOME, offline: the whole tip of main, and what is published of it; or what is served at a URL, or lies in a folder of metadata',
    )
    .option('--history', 'of a HOME: every commit of main and every generation too')
    .option('--metadata-only', 'look at no target file')
    .option('--root <file>', 'of a URL or folder: the root that you trust')
    .option('--sha256 <hex>', 'or the SHA-256 of its first root', sha256)
    .option('--json', 'the result as JSON');
  addFetcherOptions(verify).action((place: string, options: VerifyOptions) =>
    run(cli, place, options),
  );
  examples(
    verify,
    'tuf-on-git verify /srv/tuf',
    'tuf-on-git verify /srv/tuf --history --json',
    'tuf-on-git verify https://tuf.example.org --root root.json',
    'tuf-on-git verify mirror/metadata --sha256 3b0c…',
  );
}

async function run(cli: Cli, place: string, options: VerifyOptions): Promise<void> {
  const { servedPlace } = await import('../audit/served-place.ts');
  const served = await servedPlace(cli, place, options);
  if (served !== undefined) return runServed(cli, place, served, options);
  await refuseRootOf(cli, place, options);
  const { verifyHome } = await import('../audit/verify-home.ts');
  const { history = false, metadataOnly = false } = options;
  const audit = await verifyHome(place, cli.now(), { history, metadataOnly, progress: told(cli) });
  if (options.json === true) cli.out.json(audit);
  else print(cli, audit);
}

async function runServed(
  cli: Cli,
  place: string,
  served: ServedPlace,
  options: VerifyOptions,
): Promise<void> {
  if (options.history === true) {
    const message = 'what is served has no history but its roots, which are always verified';
    throw fault('usage.argument', '--history', message, { hint: 'it is for a HOME' });
  }
  const { rootToVerifyBy } = await import('../audit/served-root.ts');
  const { verifyServed } = await import('../audit/verify-served.ts');
  const audit = await verifyServed(served, {
    root: await rootToVerifyBy(cli, served, options),
    now: cli.now(),
    metadataOnly: options.metadataOnly === true,
    progress: told(cli),
  });
  if (options.json === true) cli.out.json({ place, ...audit });
  else printServed(cli, audit);
}

async function refuseRootOf(cli: Cli, place: string, options: VerifyOptions): Promise<void> {
  if (options.root === undefined && options.sha256 === undefined) return;
  const { isHome } = await import('../audit/served-place.ts');
  if (await isHome(path.resolve(cli.cwd, place))) {
    throw fault('usage.argument', place, 'a HOME is verified from the root that it has pinned', {
      hint: 'compare the SHA-256 of trust/root.json in it, and leave --root and --sha256 out',
    });
  }
  const message = 'there is no timestamp.json in it, nor in its metadata folder';
  throw fault('usage.argument', place, message, {
    hint: 'name a URL, or a folder as a server has it',
  });
}

const told = (cli: Cli) => (text: string) => {
  cli.out.progress(text);
};

function printServed({ out }: Cli, { roots: { from, to }, roles, contents }: ServedAudit): void {
  const chain = from === to ? `root version ${from}` : `root versions ${from} to ${to}`;
  out.result(`what is served holds: ${counted(roles.length, 'role')}, from ${chain}`);
  out.result(contents === undefined ? 'target files were left out' : hashed(contents));
  out.table(['ROLE', 'VERSION', 'EXPIRES'], roles.map(row));
}

function row({ role, version, expires }: ServedAudit['roles'][number]): string[] {
  return [role, String(version), expires];
}

function print({ out }: Cli, { tip, roles, contents, policy, published, past }: Audit): void {
  if (past !== undefined) {
    const { commits, generations } = past;
    out.result(
      `history holds: ${counted(commits, 'commit')}, ${counted(generations, 'generation')}`,
    );
  }
  out.result(`main holds: ${counted(roles, 'role')} at ${tip}`);
  out.result(contents === undefined ? 'target files were left out' : hashed(contents));
  out.result(`policy      ${JSON.stringify(policy)}`);
  if (published === undefined) {
    out.say('nothing is published yet: is the daemon running?');
    return;
  }
  out.result(`published   ${published.commit}`);
  out.result(
    `one refresh ${counted(published.refreshBytes, 'byte')}: timestamp, snapshot, targets`,
  );
  if (published.commit !== tip) out.warn('the newest commits of main are not published yet');
  out.table(['ROLE', 'VERSION', 'EXPIRES'], published.roles.map(row));
}

function hashed({ targets, files, bytes }: NonNullable<Audit['contents']>): string {
  return `targets hold: ${counted(targets, 'target')}, ${counted(files, 'file')} of ${counted(bytes, 'byte')}`;
}
