/** The keys that sign in this workspace, and what each of them may sign. */
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { rootAuthority } from '../../core/metadata/authority.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { authorisedKey, ownerOf, type Authority } from '../../core/metadata/threshold.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import type { KeyAccess } from '../../core/signers/open-signer.ts';
import type { Project } from './project.ts';
import { writeSettings } from './settings.ts';

/** A private key by its URI, with its public part: nothing secret has been asked for yet. */
export interface OwnKey {
  readonly uri: string;
  readonly key: PublicKey;
  /** It was named by nobody, but is in a token here: it signs only what no other key of ours may. */
  readonly isFound?: true;
}

/**
 * Keys by their URIs, each once, whatever number of URIs name it.
 * @throws `signer.*` when one of them cannot be found
 */
export async function ownKeys(
  uris: readonly string[],
  access: KeyAccess,
): Promise<readonly OwnKey[]> {
  const { showKey } = await import('../../core/signers/open-signer.ts');
  const keys = new Map<string, OwnKey>();
  for (const uri of uris) {
    const key = await showKey(uri, access);
    if (!keys.has(key.fingerprint)) keys.set(key.fingerprint, { uri, key });
  }
  return [...keys.values()];
}

/** @throws `workspace.no-key` when there is none */
export function requireKeys(keys: readonly OwnKey[]): readonly OwnKey[] {
  if (keys.length > 0) return keys;
  throw fault('workspace.no-key', 'this workspace', 'it knows of no key of yours', {
    hint: 'give one with --key file:alice.json, at clone for good or here for once',
  });
}

/** The URI as it may be remembered: paths absolute, and no descriptor, which ends with this command. */
export async function absoluteUri(uri: string, folder: string): Promise<string> {
  const { formatKeyUri, parseKeyUri } = await import('../../core/signers/key-uri.ts');
  const { pinSource, ...parsed } = parseKeyUri(uri);
  const absolute = (file: string) => path.resolve(folder, file);
  const key = parsed.kind === 'file' ? { ...parsed, path: absolute(parsed.path) } : parsed;
  if (pinSource?.kind !== 'file') return formatKeyUri(key);
  return formatKeyUri({ ...key, pinSource: { kind: 'file', path: absolute(pinSource.path) } });
}

/** From now on the key is one of those that sign here. */
export async function rememberKey(
  { git: { stateDir }, settings }: Pick<Project, 'git' | 'settings'>,
  uri: string,
  { folder = '.', pkcs11Module }: KeyAccess,
): Promise<void> {
  const absolute = await absoluteUri(uri, folder);
  if (settings.keys.includes(absolute)) return;
  const isInToken = absolute.startsWith('pkcs11:');
  await writeSettings(stateDir, {
    ...settings,
    keys: [...settings.keys, absolute],
    ...(isInToken ? { pkcs11Module: settings.pkcs11Module ?? pkcs11Module } : {}),
  });
}

/**
 * The keyid under which this authority knows the key, whatever keyid it has elsewhere: a token knows
 * no owner, and the owner's name is part of what a keyid is made from.
 */
export function keyidFor(authority: Authority, key: PublicKey): string | undefined {
  return authority.role.keyIDs.find(
    (keyid) => authorisedKey(authority, keyid)?.fingerprint === key.fingerprint,
  );
}

/** Names of the roles that this key may sign; snapshot and timestamp apart, which no person signs. */
export function rolesFor({ root, roles }: LoadedRepository, key: PublicKey): readonly string[] {
  const authorities = new Map([['root', rootAuthority(root.signed, 'root')]]);
  for (const { name, authority } of roles.values()) authorities.set(name, authority);
  return [...authorities]
    .filter(([, authority]) => keyidFor(authority, key) !== undefined)
    .map(([name]) => name);
}

/** Everybody who may sign, in the order of the delegation. */
export function ownersOf(authority: Authority): readonly string[] {
  return authority.role.keyIDs.map((keyid) => ownerOf(authority, keyid));
}
