/** Where trust starts: the first root of a repository, and by what it is known to be that. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import type { Cli } from '../terminal/cli.ts';
import { fetcherFor, type FetcherOptions } from '../terminal/fetcher-options.ts';

export interface FirstRootOptions extends FetcherOptions {
  readonly sha256?: string;
  readonly unsafeFirstUse?: true;
  readonly yes?: true;
}

/** `https://…`, as opposed to the name of a file. */
export function isUrl(root: string): boolean {
  return /^https?:\/\//i.test(root);
}

/**
 * The root, from a file or from a server. What comes from a server is known by its SHA-256, or by
 * nothing: then whoever asked for that sees it, and confirms it where there is a terminal.
 * @throws `root.not-pinned` when it is another or was not confirmed, `usage.argument`, `download.*`
 */
export async function firstRoot(
  cli: Cli,
  root: string,
  options: FirstRootOptions,
): Promise<Uint8Array> {
  refuseMixedWays(root, options);
  const bytes = isUrl(root) ? await fetchRoot(cli, root, options) : await readRoot(cli, root);
  if (options.unsafeFirstUse === true) await confirmFirstUse(cli, root, bytes, options);
  else await requireFingerprint(root, bytes, options);
  return bytes;
}

function refuseMixedWays(root: string, { sha256, unsafeFirstUse }: FirstRootOptions): void {
  if (unsafeFirstUse === true && (sha256 !== undefined || !isUrl(root))) {
    const reason = isUrl(root) ? '--sha256 says which root it is' : 'the root is a file of yours';
    throw fault('usage.argument', '--unsafe-first-use', `${reason} already`);
  }
  if (isUrl(root) && sha256 === undefined && unsafeFirstUse !== true) {
    throw fault('usage.argument', '--sha256', 'a root that comes over the network needs it', {
      hint: "ask the repository's people for the SHA-256 of the first root, or for the file",
    });
  }
}

async function fetchRoot(cli: Cli, url: string, options: FirstRootOptions): Promise<Uint8Array> {
  const { fetchFirstRoot } = await import('../../client/trusted-repositories.ts');
  return fetchFirstRoot(url, { fetcher: await fetcherFor(cli, options) });
}

async function readRoot(cli: Cli, file: string): Promise<Uint8Array> {
  return readFile(path.resolve(cli.cwd, file)).catch((cause: unknown) => {
    throw fault('usage.argument', file, 'the root file cannot be read', { cause });
  });
}

/** @throws `root.not-pinned` when it is another; nothing where no SHA-256 is given */
export async function requireFingerprint(
  root: string,
  bytes: Uint8Array,
  { sha256 }: Pick<FirstRootOptions, 'sha256'>,
): Promise<void> {
  const { rootFingerprint } = await import('../../client/root-fingerprint.ts');
  const fingerprint = rootFingerprint(bytes);
  if (sha256 === undefined || sha256 === fingerprint) return;
  throw fault('root.not-pinned', root, `the root has SHA-256 ${fingerprint}, not the given one`, {
    hint: 'somebody stands between, or it is another repository: do not trust it',
  });
}

/** Trust on first use: nothing but the eyes of a person can tell whether the root is the right one. */
async function confirmFirstUse(
  cli: Cli,
  url: string,
  bytes: Uint8Array,
  { yes }: FirstRootOptions,
): Promise<void> {
  const { rootClaims } = await import('../../client/root-fingerprint.ts');
  const { fingerprint, version, expires, threshold, owners } = rootClaims(bytes);
  cli.out.warn(`nothing vouches for the first root that ${url} offers`);
  cli.out.say(`its SHA-256 is  ${fingerprint}`);
  cli.out.say(`it is version ${version}, until ${expires}, signed by ${threshold} of its keys:`);
  for (const owner of owners) cli.out.say(`  ${owner}`);
  if (yes === true || !cli.ask.possible) return;
  const text = "Is this the SHA-256 that the repository's people publish?";
  if (await cli.ask.confirm({ text, option: '--yes' })) return;
  throw fault('root.not-pinned', url, 'its root was not confirmed: nothing is trusted');
}
