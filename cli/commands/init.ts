import path from 'node:path';
import type { Command } from 'commander';
import type { CeremonyOptions } from '../ceremony/run-ceremony.ts';
import { fault } from '../../core/error/error.ts';
import { collect, examples, wholeNumber } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addModuleOption } from '../terminal/key-options.ts';
import { transcriptOption } from '../terminal/offline-options.ts';

interface InitOptions extends CeremonyOptions {
  readonly export?: string;
  readonly import?: readonly string[];
  readonly unsafeTrial?: string;
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
    .option(
      '--unsafe-trial <dir>',
      'to try things: plain keys and a workspace, all made in a new folder',
    )
    .option(
      '--export <dir>',
      'make no HOME yet: write what people sign elsewhere into a new folder',
    )
    .option(
      '--import <dir>',
      'make the HOME of what came back in such folders (repeatable)',
      collect,
    )
    .addOption(transcriptOption())
    .option('--json', 'the result as JSON')
    .action((home: string, options: InitOptions) => run(cli, home, options));
  examples(
    init,
    'tuf-on-git init /srv/tuf',
    'tuf-on-git init /srv/tuf --root-key file:alice.json --root-key file:bob.json \\',
    '  --root-key carol.pub --targets-key file:alice.json \\',
    "  --online-key 'pkcs11:token=tuf;object=online?pin-source=file:/etc/tuf/pin' \\",
    '  --pkcs11-module /usr/lib/softhsm/libsofthsm2.so',
    'tuf-on-git init /srv/tuf --root-key alice.pub --root-key bob.pub --targets-key alice.pub \\',
    "  --online-key 'file:online.json?pin-source=file:online.pass' --export ceremony",
    'tuf-on-git init /srv/tuf --import from-alice --import from-bob \\',
    "  --online-key 'file:online.json?pin-source=file:online.pass'",
    'tuf-on-git init home --unsafe-trial trial',
  );
}

async function run(cli: Cli, directory: string, options: InitOptions): Promise<void> {
  const { endCeremony, holdCeremony, sendCeremony } = await import('../ceremony/run-ceremony.ts');
  const home = path.resolve(cli.cwd, directory);
  const { export: folder, import: folders, unsafeTrial: trial } = options;
  if ([folder, folders, trial].filter((it) => it !== undefined).length > 1) {
    const names = '--export, --import, --unsafe-trial';
    throw fault('usage.argument', names, 'they do not go together');
  }
  if (trial !== undefined) {
    const { holdTrial } = await import('../ceremony/trial.ts');
    return holdTrial(cli, home, path.resolve(cli.cwd, trial), options);
  }
  if (folder !== undefined) return sendCeremony(cli, home, folder, options);
  if (folders !== undefined) return endCeremony(cli, home, folders, options);
  return holdCeremony(cli, home, options);
}
