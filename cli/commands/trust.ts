import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { fault } from '../../core/error/error.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

interface TrustOptions {
  readonly url?: string;
  readonly sha256?: string;
  readonly name?: string;
  readonly json?: true;
}

/** `trust ROOT.json --url BASE`, `trust URL --sha256 HEX`: where a downloader's trust starts. */
export function register(program: Command, cli: Cli): void {
  const trust = program
    .command('trust <root>')
    .description('trust a repository, from a root file or from the SHA-256 of its first root')
    .option('--url <base>', 'where the repository is served: the URL above /metadata and /targets')
    .option(
      '--sha256 <hex>',
      "of the first root, as the repository's people gave it to you",
      sha256,
    )
    .option('--name <name>', 'what to call the repository here')
    .option('--json', 'the result as JSON')
    .action((root: string, options: TrustOptions) => run(cli, root, options));
  examples(
    trust,
    'tuf-on-git trust root.json --url https://tuf.example.org',
    'tuf-on-git trust https://tuf.example.org --sha256 3b0c…',
  );
}

async function run(cli: Cli, root: string, options: TrustOptions): Promise<void> {
  const { rootBytes, url } = await firstRoot(cli, root, options);
  const { dataFolder, trustRepository } = await import('../../client/trusted-repositories.ts');
  const { repository, fingerprint, status } = await trustRepository({
    rootBytes,
    url,
    dataDir: dataFolder(cli.env),
    ...(options.name === undefined ? {} : { name: options.name }),
  });
  const { name, metadataUrl } = repository;
  if (options.json === true) cli.out.json({ name, url, metadataUrl, sha256: fingerprint, status });
  else cli.out.result(name);
  cli.out.say(`${said[status]}; its root has SHA-256 ${fingerprint}`);
}

const said = {
  new: 'the repository is trusted from now on',
  same: 'the repository was trusted already',
  moved: 'the repository was trusted already; it is asked for at the new URL from now on',
} as const;

function sha256(text: string): string {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('It must be 64 hexadecimal digits.');
}

interface FirstRoot {
  readonly rootBytes: Uint8Array;
  readonly url: string;
}

async function firstRoot(cli: Cli, root: string, options: TrustOptions): Promise<FirstRoot> {
  const isUrl = /^https?:\/\//.test(root);
  const { rootFingerprint } = await import('../../client/trusted-repositories.ts');
  const found = isUrl ? await fetched(root, options) : await fromFile(cli, root, options);
  const fingerprint = rootFingerprint(found.rootBytes);
  if (options.sha256 === undefined || options.sha256 === fingerprint) return found;
  throw fault('root.not-pinned', root, `the root has SHA-256 ${fingerprint}, not the given one`, {
    hint: 'somebody stands between, or it is another repository: do not trust it',
  });
}

async function fetched(url: string, { sha256, ...options }: TrustOptions): Promise<FirstRoot> {
  if (options.url !== undefined) {
    throw fault('usage.argument', '--url', 'the repository is named by a URL already');
  }
  if (sha256 === undefined) {
    throw fault('usage.argument', '--sha256', 'a root that comes over the network needs it', {
      hint: "ask the repository's people for the SHA-256 of the first root, or for the file",
    });
  }
  const { fetchFirstRoot } = await import('../../client/trusted-repositories.ts');
  return { rootBytes: await fetchFirstRoot(url), url };
}

async function fromFile(cli: Cli, file: string, { url }: TrustOptions): Promise<FirstRoot> {
  if (url === undefined) {
    throw fault('usage.argument', '--url', 'it is missing: where is the repository served?', {
      hint: `as tuf-on-git trust ${file} --url https://tuf.example.org`,
    });
  }
  const rootBytes = await readFile(path.resolve(cli.cwd, file)).catch((cause: unknown) => {
    throw fault('usage.argument', file, 'the root file cannot be read', { cause });
  });
  return { rootBytes, url };
}
