/**
 * The keys of a command: those that it names; else those that the workspace remembers, and whatever
 * else is in the tokens here. None is asked for a secret before there is something for it to sign.
 */
import type { Code } from '../../core/error/codes.ts';
import { fault, line, TufOnGitError } from '../../core/error/error.ts';
import type { KeyAccess } from '../../core/signers/open-signer.ts';
import type { Cli } from '../terminal/cli.ts';
import { keyAccess, type KeyOptions } from '../terminal/key-options.ts';
import { ownKeys, type OwnKey } from './own-keys.ts';
import type { WorkspaceSettings } from './settings.ts';

/** What a workspace knows of keys; where there is none, nothing. */
type KeySettings = Pick<WorkspaceSettings, 'keys' | 'pkcs11Module'>;

export interface KeySetup {
  readonly keys: readonly OwnKey[];
  /** How to open them. */
  readonly access: KeyAccess;
}

/** @throws `signer.*` for a key that is named and cannot be found, or when none can be */
export async function keysOf(
  cli: Cli,
  options: KeyOptions,
  settings: KeySettings,
): Promise<KeySetup> {
  const access = keyAccess(cli, options, settings.pkcs11Module);
  const named = options.key;
  if (named === undefined) return { keys: await keysAtHand(settings, access), access };
  const uris = await Promise.all(named.map((name) => uriOf(name, settings, access)));
  return { keys: await ownKeys(uris, access), access };
}

/** For somebody who only looks: a key that cannot be found keeps nobody from seeing where things stand. */
export async function keysForLooking(cli: Cli, settings: KeySettings): Promise<readonly OwnKey[]> {
  try {
    return (await keysOf(cli, {}, settings)).keys;
  } catch (error) {
    if (!(error instanceof TufOnGitError)) throw error;
    cli.out.warn(`what your keys could sign is not known: ${line(error)}`);
    return [];
  }
}

/** A token that is not plugged in keeps no other key from signing. */
async function keysAtHand(settings: KeySettings, access: KeyAccess): Promise<readonly OwnKey[]> {
  const remembered: OwnKey[] = [];
  const failures: TufOnGitError[] = [];
  for (const uri of settings.keys) {
    try {
      remembered.push(...(await ownKeys([uri], access)));
    } catch (error) {
      if (!isAway(error)) throw error;
      failures.push(error);
    }
  }
  const keys = distinct([...remembered, ...(await keysInTokens(access))]);
  const [failure] = failures;
  if (keys.length === 0 && failure !== undefined) throw failure;
  for (const error of failures) access.notice?.(`a key is left out: ${line(error)}`);
  return keys;
}

async function keysInTokens(access: KeyAccess): Promise<readonly OwnKey[]> {
  if (access.pkcs11Module === undefined) return [];
  const { listKeys } = await import('../../core/signers/open-signer.ts');
  try {
    return (await listKeys(access)).map(({ uri, key }) => ({ uri, key, isFound: true }));
  } catch (error) {
    if (!isAway(error)) throw error;
    access.notice?.(`no token is looked into: ${line(error)}`);
    return [];
  }
}

function distinct(keys: readonly OwnKey[]): readonly OwnKey[] {
  const byKey = new Map<string, OwnKey>();
  for (const own of keys) {
    if (!byKey.has(own.key.fingerprint)) byKey.set(own.key.fingerprint, own);
  }
  return [...byKey.values()];
}

function isAway(error: unknown): error is TufOnGitError {
  const away: readonly Code[] = [
    'signer.key-not-found',
    'signer.module',
    'signer.token',
    'signer.unavailable',
  ];
  return error instanceof TufOnGitError && away.includes(error.code);
}

/** A URI as it is, or that of the key at hand whose keyid or fingerprint begins so. */
async function uriOf(name: string, settings: KeySettings, access: KeyAccess): Promise<string> {
  if (!/^[0-9a-f]{4,64}$/.test(name)) return name;
  const keys = await keysAtHand(settings, access);
  const fitting = keys.filter(({ key }) =>
    [key.keyid, key.fingerprint].some((id) => id.startsWith(name)),
  );
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only.uri;
  if (only !== undefined) {
    throw fault('signer.key-ambiguous', `--key ${name}`, `${fitting.length} keys begin so`);
  }
  throw fault('signer.key-not-found', `--key ${name}`, 'no key at hand begins so', {
    hint: 'see: tuf-on-git key list',
  });
}
