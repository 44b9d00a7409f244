import path from 'node:path';
import type { Command } from 'commander';
import { fault } from '../../core/error/error.ts';
import { isUrl, type FirstRootOptions } from '../downloader/first-root.ts';
import { collect, examples, sha256 } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addFetcherOptions } from '../terminal/fetcher-options.ts';
import { dataFolderOf } from '../terminal/trusted-option.ts';

interface TrustOptions extends FirstRootOptions {
  readonly url?: readonly string[];
  readonly metadataUrl?: readonly string[];
  readonly targetsUrl?: readonly string[];
  readonly name?: string;
  readonly forget?: string;
  readonly json?: true;
}

/**
 * `trust ROOT.json --url BASE`, `trust URL --sha256 HEX`: where a downloader's trust starts. `trust`
 * by itself shows what is trusted.
 */
export function register(program: Command, cli: Cli): void {
  const trust = program
    .command('trust [root]')
    .description(
      'trust a repository, from a root file or from the SHA-256 of its first root; without a root, show what is trusted',
    )
    .option(
      '--url <base>',
      'where it is served: the URL above /metadata and /targets; mirrors after it (repeatable)',
      collect,
    )
    .option('--metadata-url <url>', 'where its metadata is, if not there (repeatable)', collect)
    .option('--targets-url <url>', 'where its files are, if not there (repeatable)', collect)
    .option(
      '--sha256 <hex>',
      "of the first root, as the repository's people gave it to you",
      sha256,
    )
    .option('--unsafe-first-use', 'take whatever root the server offers; it is shown before')
    .option('--name <name>', 'what to call the repository here')
    .option('--forget <name>', 'end the trust in a repository, and remove what is kept of it')
    .option('--yes', 'do not ask')
    .option('--json', 'the result as JSON');
  addFetcherOptions(trust).action((root: string | undefined, options: TrustOptions) =>
    run(cli, root, options),
  );
  examples(
    trust,
    'tuf-on-git trust root.json --url https://tuf.example.org',
    'tuf-on-git trust https://tuf.example.org --sha256 3b0c… --url https://mirror.example.net',
    'tuf-on-git trust root.json --metadata-url https://a.example/md --targets-url https://b.example',
    'tuf-on-git trust --forget example',
    'tuf-on-git trust',
  );
}

async function run(cli: Cli, root: string | undefined, options: TrustOptions): Promise<void> {
  if (root !== undefined) {
    if (options.forget === undefined) return startTrust(cli, root, options);
    throw fault('usage.argument', '--forget', 'it goes without a root');
  }
  const { forget, showTrusted } = await import('../downloader/trusted-list.ts');
  if (options.forget !== undefined) return forget(cli, options.forget, options);
  refuseWithoutRoot(options);
  return showTrusted(cli, options);
}

async function startTrust(cli: Cli, root: string, options: TrustOptions): Promise<void> {
  const places = placesOf(root, options);
  const { firstRoot } = await import('../downloader/first-root.ts');
  const rootBytes = await firstRoot(cli, root, options);
  const { trustRepository } = await import('../../client/trusted-repositories.ts');
  const { name, ca } = options;
  const { repository, fingerprint, status } = await trustRepository({
    ...places,
    rootBytes,
    dataDir: await dataFolderOf(cli),
    ...(name === undefined ? {} : { name }),
    ...(ca === undefined ? {} : { caFile: path.resolve(cli.cwd, ca) }),
  });
  if (options.json === true) {
    cli.out.json({ ...repository, sha256: fingerprint, status });
  } else {
    cli.out.result(repository.name);
  }
  cli.out.say(`${said[status]}; its root has SHA-256 ${fingerprint}`);
}

const said = {
  new: 'the repository is trusted from now on',
  same: 'the repository was trusted already',
  moved: 'the repository was trusted already; it is asked for at the new URL from now on',
} as const;

/** A root that is named by its repository's URL says where that is; any other needs to be told. */
function placesOf(root: string, { url = [], metadataUrl, targetsUrl }: TrustOptions) {
  const urls = isUrl(root) && !root.endsWith('.json') ? [root, ...url] : url;
  if (urls.length === 0 && (metadataUrl === undefined || targetsUrl === undefined)) {
    throw fault('usage.argument', '--url', 'it is missing: where is the repository served?', {
      hint: `as tuf-on-git trust ${root} --url https://tuf.example.org`,
    });
  }
  return { urls, metadataUrls: metadataUrl, targetsUrls: targetsUrl };
}

const ofNewTrust = [
  'url',
  'metadataUrl',
  'targetsUrl',
  'sha256',
  'unsafeFirstUse',
  'name',
  'ca',
] as const;

function refuseWithoutRoot(options: TrustOptions): void {
  if (ofNewTrust.every((name) => options[name] === undefined)) return;
  throw fault('usage.argument', 'ROOT', 'it is missing: which root is to be trusted?', {
    hint: 'as tuf-on-git trust root.json --url https://tuf.example.org',
  });
}
