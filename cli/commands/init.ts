import path from 'node:path';
import type { Command } from 'commander';
import type { Wishes } from '../ceremony/wishes.ts';
import { collect, examples, wholeNumber } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addModuleOption, keyAccess, type ModuleOptions } from '../terminal/key-options.ts';

interface InitOptions extends Wishes, ModuleOptions {
  readonly json?: true;
}

/** `init HOME`: the ceremony that makes a repository, from keys to the first generation. */
export function register(program: Command, cli: Cli): void {
  const init = program
    .command('init <home>')
    .description('make a repository: root, targets, online key, git, hooks, first generation')
    .option('--root-key <key>', 'key URI that signs root, or public key file (repeatable)', collect)
    .option(
      '--root-threshold <n>',
      'how many must sign root (default: the majority)',
      wholeNumber(),
    )
    .option('--root-expires-days <days>', 'life of root', wholeNumber(), 365)
    .option('--targets-key <key>', 'as --root-key, for targets (repeatable)', collect)
    .option('--targets-threshold <n>', 'how many must sign targets (default: 1)', wholeNumber())
    .option('--targets-expires-days <days>', 'life of targets', wholeNumber(), 365)
    .option(
      '--online-key <uri>',
      'of snapshot and timestamp: pkcs11:…?pin-source=file:… or file:…',
    );
  addModuleOption(init)
    .option('--repository <name>', "its name; eight random digits are added (default: HOME's name)")
    .option('--min-root-threshold <n>', 'policy: no root may ever have less', wholeNumber(), 2)
    .option(
      '--allowed-path <path>',
      'policy: a file beside metadata/ and targets/ (repeatable)',
      collect,
    )
    .option('--content-listen <address>', 'where clients read (default: 127.0.0.1:8080)')
    .option('--console-listen <address>', 'where git and people go (default: 127.0.0.1:8081)')
    .option('--timestamp-hours <hours>', 'life of a timestamp (default: 24)', wholeNumber())
    .option('--snapshot-hours <hours>', 'life of a snapshot (default: 168)', wholeNumber())
    .option('--no-hook', 'no hook judges pushes: the daemon alone decides what is published')
    .option('--json', 'the result as JSON')
    .action((home: string, options: InitOptions) => run(cli, home, options));
  examples(
    init,
    'tuf-on-git init /srv/tuf',
    'tuf-on-git init /srv/tuf --root-key file:alice.json --root-key file:bob.json \\',
    '  --root-key carol.pub --targets-key file:alice.json \\',
    "  --online-key 'pkcs11:token=tuf;object=online?pin-source=file:/etc/tuf/pin' \\",
    '  --pkcs11-module /usr/lib/softhsm/libsofthsm2.so',
  );
}

async function run(cli: Cli, directory: string, options: InitOptions): Promise<void> {
  const { refuseExisting } = await import('../ceremony/temporary-home.ts');
  const { complete } = await import('../ceremony/ask.ts');
  const { prepare } = await import('../ceremony/prepare.ts');
  const { makeHome } = await import('../ceremony/make-home.ts');
  const { describeHome, homeForJson } = await import('../ceremony/describe.ts');
  const home = path.resolve(cli.cwd, directory);
  await refuseExisting(home);
  const access = keyAccess(cli, options);
  const wishes = await complete(options, home, cli, access);
  const { ceremony, close } = await prepare(wishes, access, cli.now());
  try {
    const made = await makeHome(home, ceremony);
    if (options.json === true) cli.out.json(homeForJson(home, ceremony, made));
    else cli.out.result(describeHome(home, ceremony, made));
  } finally {
    await close();
  }
}
