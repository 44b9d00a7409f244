/** The options of `sign` for keys that are not at hand. */
import { Option, type Command } from 'commander';
import { fault } from '../../core/error/error.ts';
import type { PinOptions } from '../workspace/pin-root.ts';
import { collect } from './arguments.ts';

export interface OfflineOptions extends PinOptions {
  readonly attach?: readonly string[];
  readonly role?: string;
  readonly export?: string;
  readonly exported?: string;
  readonly import?: readonly string[];
  readonly transcript?: string;
}

export function addOfflineOptions(command: Command): Command {
  return command
    .option('--export <dir>', 'write what is to be signed into a new folder, to be carried away')
    .option('--exported <dir>', 'sign what is in such a folder: no workspace, no network')
    .option('--root <file>', 'with --exported: the root to verify from, as a metadata file')
    .option('--root-sha256 <hex>', 'with --exported: the same, by the SHA-256 of its file')
    .addOption(transcriptOption())
    .option(
      '--import <dir>',
      'add the signatures that came back in such folders (repeatable)',
      collect,
    )
    .option(
      '--attach <keyid=signature>',
      'add a signature that another tool made: hex, over the exact bytes (repeatable)',
      collect,
    )
    .option('--role <name>', 'the role that it is for, where one key may sign several');
}

/** Of a command by which people sign, or signatures are collected. */
export function transcriptOption(): Option {
  const text = 'append a record to be printed: what was shown, who signed, every fingerprint';
  return new Option('--transcript <file>', text);
}

/** Ways of signing in a workspace by keys that are not there. */
export type SigningElsewhere =
  | { readonly kind: 'attach' }
  | { readonly kind: 'export'; readonly folder: string }
  | { readonly kind: 'import'; readonly folders: readonly string[] };

export type SigningWay =
  | SigningElsewhere
  | { readonly kind: 'here' }
  | { readonly kind: 'exported'; readonly folder: string };

/** @throws `usage.argument` for options that do not go together */
export function wayOf(event: string | undefined, options: OfflineOptions): SigningWay {
  refuseStrayOptions(options);
  const { attach, exported } = options;
  if (exported !== undefined && event !== undefined) {
    throw fault('usage.argument', event, 'the folder says which event it is for');
  }
  if (exported !== undefined) return { kind: 'exported', folder: exported };
  if (options.export !== undefined) return { kind: 'export', folder: options.export };
  if (options.import !== undefined) return { kind: 'import', folders: options.import };
  return { kind: attach === undefined ? 'here' : 'attach' };
}

/** Options, each with those of which one has to be there too. */
const companions = {
  role: ['attach'],
  root: ['exported'],
  rootSha256: ['exported'],
  transcript: ['exported'],
} as const;

function refuseStrayOptions(options: OfflineOptions): void {
  const ways = (['export', 'import', 'exported', 'attach'] as const).filter(
    (name) => options[name] !== undefined,
  );
  const [one, other] = ways.join() === 'exported,attach' ? [] : ways;
  if (one !== undefined && other !== undefined) {
    throw fault('usage.argument', `--${one}, --${other}`, 'they do not go together');
  }
  for (const [name, [companion]] of Object.entries(companions)) {
    const isGiven = options[name as keyof typeof companions] !== undefined;
    if (!isGiven || options[companion] !== undefined) continue;
    throw fault('usage.argument', optionOf(name), `it is of use with --${companion} alone`);
  }
}

/** As it is typed: `rootSha256` is `--root-sha256`. */
function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
