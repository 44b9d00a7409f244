/** A repository that uses much of what metadata can say, in two generations, for malformed ones. */
import { sign } from 'node:crypto';
import { canonicalBytes } from '../../../../core/metadata/document.ts';
import { TufOnGitError } from '../../../../core/error/error.ts';
import type { JsonObject, JsonValue } from '../../../../core/metadata/json.ts';
import { computeKeyId, keyJson } from '../../../../core/metadata/keys.ts';
import { ecPair, rsaPair } from '../../../kit/key-pair.ts';
import { newKey, SimulatedRepository, type TestKey } from '../../../kit/simulated-repository.ts';
import { loosen, print, type Loose } from './loose-json.ts';

export const fuzzedRoles = ['root', 'timestamp', 'snapshot', 'targets', 'team'] as const;
export type FuzzedRole = (typeof fuzzedRoles)[number];

/** Files by role: what a client trusts already, and what comes next. */
export interface Generations {
  readonly old: Readonly<Record<FuzzedRole, Uint8Array>>;
  readonly next: Readonly<Record<FuzzedRole, Uint8Array>>;
  readonly repository: SimulatedRepository;
}

export function generations(): Generations {
  const repository = new SimulatedRepository();
  repository.namesContent = false;
  const rsa = otherKey('rsassa-pss-sha256');
  const ecdsa = otherKey('ecdsa-sha2-nistp256');
  for (const key of [rsa, ecdsa]) {
    repository.root.keys[key.keyid] = key.json;
    repository.root.roles.timestamp.keyids.push(key.keyid);
  }
  repository.publishRoot();
  addContent(repository);
  repository.publish();
  const old = filesOf(repository);
  repository.publishRoot();
  for (const role of ['targets', 'team']) repository.addTarget('team/new.txt', 'new', role);
  repository.publish();
  return { repository, old, next: filesOf(repository) };
}

function addContent(repository: SimulatedRepository): void {
  repository.addTarget('a.txt', 'a');
  repository.addTarget('project/tool/1.0.0/tool.tgz', 'tool');
  Object.assign(repository.targets.targets['a.txt'] ?? {}, { custom: { note: 'é', sizes: [1] } });
  repository.delegate('team', { paths: ['team/*', 'tool-[0-9]?/*.tgz'], terminating: true });
  repository.addTarget('team/b.txt', 'b', 'team');
  const key = newKey();
  repository.delegate('bins', { keys: [key], threshold: 1, paths: ['x'] });
  const bins = repository.targets.delegations.roles.pop() as JsonObject;
  delete bins['paths'];
  repository.targets.delegations.roles.push({ ...bins, path_hash_prefixes: ['0', 'ab', 'f00'] });
  const { delegations } = repository.role('team');
  delegations.keys[key.keyid] = key.json;
  const succinct = { keyids: [key.keyid], threshold: 1, bit_length: 8, name_prefix: 'bin' };
  Object.assign(delegations, { roles: undefined, succinct_roles: succinct });
  delete (delegations as JsonObject)['roles'];
}

function otherKey(scheme: 'rsassa-pss-sha256' | 'ecdsa-sha2-nistp256'): TestKey {
  const { publicKey, privateKey } =
    scheme === 'rsassa-pss-sha256' ? rsaPair(2048) : ecPair('prime256v1');
  const json = keyJson(publicKey, scheme);
  return { keyid: computeKeyId(json), json, privateKey };
}

function filesOf(repository: SimulatedRepository) {
  const files = fuzzedRoles.map((role) => [role, repository.bytes(role)] as const);
  return Object.fromEntries(files) as Record<FuzzedRole, Uint8Array>;
}

/**
 * A file of this signed part, printed as it is, with good signatures over what `JSON.parse` makes of
 * it where that has a canonical form, else over its text.
 */
export function signedAnew(signed: Loose, keys: readonly TestKey[]): Uint8Array {
  const text = print(signed);
  const bytes = canonicalOf(text) ?? Buffer.from(text);
  const signatures = keys.map(({ keyid, privateKey }) => ({
    keyid,
    sig: sign(null, bytes, privateKey).toString('hex'),
  }));
  return Buffer.from(`{"signed":${text},"signatures":${print(loosen(signatures))}}`);
}

/** Undefined for what is no JSON, or has no canonical form. */
export function canonicalOf(text: string): Uint8Array | undefined {
  try {
    return canonicalBytes(JSON.parse(text) as JsonValue, 'a case');
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TufOnGitError) return undefined;
    if (error instanceof RangeError) return undefined; // nested beyond what the stack holds
    throw error;
  }
}

export function signedPart(bytes: Uint8Array): Loose {
  return loosen((JSON.parse(Buffer.from(bytes).toString()) as { signed: JsonValue }).signed);
}
