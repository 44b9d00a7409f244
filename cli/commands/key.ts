import path from 'node:path';
import { Option, type Command } from 'commander';
import { fault } from '../../core/error/error.ts';
import { withOwner, type SigningScheme } from '../../core/metadata/keys.ts';
import { isOwner, ownerForm } from '../../core/metadata/key-owner.ts';
import { examples, wholeNumber } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addModuleOption, keyAccess, type ModuleOptions } from '../terminal/key-options.ts';

const schemes = {
  ed25519: 'ed25519',
  ecdsa: 'ecdsa-sha2-nistp256',
  rsa: 'rsassa-pss-sha256',
} as const satisfies Record<string, SigningScheme>;

interface GenerateOptions extends ModuleOptions {
  readonly type?: keyof typeof schemes;
  readonly owner?: string;
  readonly rsaBits?: number;
  readonly passphraseFile?: string;
  readonly unsafePlaintext?: true;
  readonly json?: true;
}
interface ShowOptions extends PrintOptions {
  readonly owner?: string;
}
interface PrintOptions extends ModuleOptions {
  readonly json?: true;
}

/** `key generate|show|list`: keys in encrypted files and in PKCS#11 tokens. */
export function register(program: Command, cli: Cli): void {
  const key = program.command('key').description('keys in encrypted files and in PKCS#11 tokens');
  registerGenerate(key, cli);
  const show = addModuleOption(key.command('show <key>'))
    .description('the public key of a key URI, or in a file')
    .option('--owner <person>', 'whose key it is: prints the public key file that says so')
    .option('--json', 'as JSON, with the form that metadata has')
    .action((name: string, options: ShowOptions) => showOne(cli, name, options));
  examples(
    show,
    'tuf-on-git key show alice.pub',
    'tuf-on-git key show alice.pem --owner @alice > alice.pub',
  );
  addModuleOption(key.command('list'))
    .description('the keys of all tokens that the PKCS#11 module sees')
    .option('--json', 'as JSON')
    .action((options: PrintOptions) => list(cli, options));
}

function registerGenerate(key: Command, cli: Cli): void {
  const generate = addModuleOption(key.command('generate <uri>'))
    .description('make a key: in a file (NAME.json, and NAME.pub beside it) or inside a token')
    .addOption(
      new Option('--type <type>', 'default ed25519, inside a token ecdsa').choices(
        Object.keys(schemes),
      ),
    )
    .option('--owner <person>', 'whose key it is, as @alice: becomes part of the public key')
    .option('--rsa-bits <bits>', '2048 to 8192, default 3072', wholeNumber(2048))
    .option('--passphrase-file <file>', 'one line, mode 600: the passphrase of a file key')
    .option('--unsafe-plaintext', 'write the private key as it is: whoever reads the file has it')
    .option('--json', 'the result as JSON')
    .action((uri: string, options: GenerateOptions) => generateOne(cli, uri, options));
  examples(
    generate,
    'tuf-on-git key generate file:alice.json --owner @alice',
    "tuf-on-git key generate 'pkcs11:token=tuf;object=online?pin-source=file:/etc/tuf/pin'",
  );
}

async function generateOne(cli: Cli, text: string, options: GenerateOptions): Promise<void> {
  const { makeKey } = await import('../keys/make-key.ts');
  const { parseKeyUri } = await import('../../core/signers/key-uri.ts');
  const isFile = parseKeyUri(text).kind === 'file';
  const uri = await withPassphraseFile(text, options.passphraseFile, cli.cwd);
  const { key, publicKeyFile } = await makeKey(uri, scheme(options, isFile), {
    ...keyAccess(cli, options),
    secret: isFile ? cli.ask.newSecret : cli.ask.secret,
    owner: checkedOwner(options.owner),
    rsaBits: options.rsaBits,
    unsafePlaintext: options.unsafePlaintext,
  });
  const { keyForJson } = await import('../keys/describe-key.ts');
  if (options.json === true) cli.out.json({ ...keyForJson(key), publicKeyFile });
  else if (publicKeyFile === undefined) cli.out.json(key.json);
  else cli.out.result(publicKeyFile);
  cli.out.say(`made a key ${key.scheme} with keyid ${key.keyid}`);
}

async function showOne(cli: Cli, name: string, options: ShowOptions): Promise<void> {
  const { describeKey, keyForJson } = await import('../keys/describe-key.ts');
  const { readNamedKey } = await import('../keys/read-named-key.ts');
  const found = await readNamedKey(name, keyAccess(cli, options));
  const owner = checkedOwner(options.owner);
  const key = owner === undefined ? found : withOwner(found, owner);
  if (owner !== undefined && options.json !== true) cli.out.json(key.json);
  else if (options.json === true) cli.out.json(keyForJson(key));
  else cli.out.result(describeKey(key));
}

async function list(cli: Cli, options: PrintOptions): Promise<void> {
  const { listKeys } = await import('../../core/signers/open-signer.ts');
  const { keyForJson } = await import('../keys/describe-key.ts');
  const keys = await listKeys(keyAccess(cli, options));
  if (options.json === true) {
    cli.out.json(keys.map(({ key, ...where }) => ({ ...where, ...keyForJson(key) })));
    return;
  }
  if (keys.length === 0) cli.out.say('no keys in any token');
  const rows = keys.map(({ uri, key }) => [uri, key.scheme, key.keyid]);
  cli.out.table(['URI', 'SCHEME', 'KEYID'], rows);
}

function scheme({ type }: GenerateOptions, isFile: boolean): SigningScheme {
  // Ed25519 came to PKCS#11 with version 3.0: many tokens have none.
  return schemes[type ?? (isFile ? 'ed25519' : 'ecdsa')];
}

async function withPassphraseFile(text: string, file: string | undefined, folder: string) {
  if (file === undefined) return text;
  const { formatKeyUri, parseKeyUri } = await import('../../core/signers/key-uri.ts');
  const uri = parseKeyUri(text);
  if (uri.pinSource !== undefined) {
    throw fault('usage.argument', '--passphrase-file', 'the URI names a pin-source already');
  }
  return formatKeyUri({ ...uri, pinSource: { kind: 'file', path: path.resolve(folder, file) } });
}

function checkedOwner(owner: string | undefined): string | undefined {
  if (owner === undefined || isOwner(owner)) return owner;
  throw fault('usage.argument', '--owner', `an owner is ${ownerForm}`, {
    hint: 'as --owner @alice',
  });
}
