/** The options by which every command is told of private keys. */
import path from 'node:path';
import type { Command } from 'commander';
import type { KeyAccess } from '../../core/signers/open-signer.ts';
import { collect } from './arguments.ts';
import type { Cli } from './cli.ts';

export interface ModuleOptions {
  readonly pkcs11Module?: string;
}
export interface KeyOptions extends ModuleOptions {
  readonly key?: readonly string[];
}

export function addModuleOption(command: Command): Command {
  return command.option(
    '--pkcs11-module <path>',
    'library of the PKCS#11 token (else TUF_ON_GIT_PKCS11_MODULE)',
  );
}

export function addKeyOptions(command: Command): Command {
  return addModuleOption(
    command.option(
      '--key <uri>',
      'a key to sign with: file:… or pkcs11:…, ?pin-source=file:… or fd:… for its secret; or the beginning of the keyid of one at hand (repeatable)',
      collect,
    ),
  );
}

/** How to open keys here. `fallback`: the module that settings name, when neither option nor environment does. */
export function keyAccess(cli: Cli, options: ModuleOptions, fallback?: string): KeyAccess {
  const named = options.pkcs11Module ?? cli.env['TUF_ON_GIT_PKCS11_MODULE'] ?? fallback;
  // A bare name is looked for by the system's loader.
  const pkcs11Module = named?.includes('/') === true ? path.resolve(cli.cwd, named) : named;
  return {
    ...(pkcs11Module === undefined ? {} : { pkcs11Module }),
    secret: cli.ask.secret,
    secrets: new Map(),
    folder: cli.cwd,
    notice: (text) => {
      cli.out.warn(text);
    },
  };
}
