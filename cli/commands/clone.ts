import path from 'node:path';
import type { Command } from 'commander';
import { examples, wholeNumber } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { counted } from '../terminal/counted.ts';
import { addKeyOptions, keyAccess, type KeyOptions } from '../terminal/key-options.ts';
import type { Cloned } from '../workspace/clone.ts';
import type { OwnKey } from '../workspace/own-keys.ts';
import type { PinOptions } from '../workspace/pin-root.ts';
import type { TokenOptions } from '../workspace/token.ts';

type CloneOptions = KeyOptions & PinOptions & TokenOptions;

/** `clone`: a workspace, good only when its main was verified from a root that is pinned here. */
export function register(program: Command, cli: Cli): void {
  const command = program
    .command('clone <url> [dir]')
    .description('make a workspace of a repository, verified from a root that you know')
    .option('--root <file>', 'the root to trust, as a metadata file')
    .option('--root-sha256 <hex>', 'the root to trust, by the SHA-256 of its file')
    .option('--trust-on-first-use', 'trust whatever first root the server shows now')
    .option('--token-file <file>', 'token for pushes over HTTP, kept in the workspace')
    .option('--token-fd <number>', 'the same, from a file descriptor', wholeNumber(0));
  addKeyOptions(command).action((url: string, dir: string | undefined, options: CloneOptions) =>
    clone(cli, url, dir, options),
  );
  examples(
    command,
    'tuf-on-git clone https://tuf.example.org --root root.json --key file:alice.json',
    'tuf-on-git clone /srv/tuf/repository.git work --trust-on-first-use',
  );
}

async function clone(
  cli: Cli,
  url: string,
  folder: string | undefined,
  options: CloneOptions,
): Promise<void> {
  const { cloneProject } = await import('../workspace/clone.ts');
  const { absoluteUri, ownKeys } = await import('../workspace/own-keys.ts');
  const { readPin } = await import('../workspace/pin-root.ts');
  const { folderFor, repositoryUrl } = await import('../workspace/remote-url.ts');
  const { givenToken } = await import('../workspace/token.ts');
  const from = repositoryUrl(url, cli.cwd);
  const dir = path.resolve(cli.cwd, folder ?? folderFor(from));
  const pin = await readPin(options, cli.cwd);
  const uris = await Promise.all((options.key ?? []).map((uri) => absoluteUri(uri, cli.cwd)));
  const keys = await ownKeys(uris, keyAccess(cli, options));
  const token = await givenToken(options, cli.cwd, cli.out);
  const { pkcs11Module } = options;
  const order = { url: from, dir, pin, keys: uris, pkcs11Module, token, now: cli.now() };
  await report(cli, dir, await cloneProject(order), keys);
  if (pin.kind === 'first-use') cli.out.warn('its first root was trusted as the server showed it');
}

async function report(
  cli: Cli,
  dir: string,
  { base: { repository }, pinned }: Cloned,
  keys: readonly OwnKey[],
): Promise<void> {
  const { expiryWarnings } = await import('../workspace/expiry.ts');
  const { rolesFor } = await import('../workspace/own-keys.ts');
  const roles = counted(repository.roles.size, 'role');
  cli.out.result(dir);
  cli.out.say(`verified ${roles} from root version ${pinned.version}, sha256 ${pinned.sha256}`);
  for (const text of expiryWarnings(repository, cli.now())) cli.out.warn(text);
  for (const { uri, key } of keys) {
    const names = rolesFor(repository, key);
    cli.out.say(`${uri.split('?')[0] ?? ''} may sign ${someOf(names)}`);
  }
}

const mostNamed = 8;

function someOf(names: readonly string[]): string {
  if (names.length === 0) return 'nothing yet';
  const named = names.slice(0, mostNamed).join(', ');
  return names.length > mostNamed ? `${named} and ${names.length - mostNamed} more` : named;
}
