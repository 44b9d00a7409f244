import { fault } from '../error/error.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { Root } from './tufjs.ts';

/** Where the signed part of root keeps the policy. */
export const policyField = 'x-tuf-on-git-policy';

/**
 * `x-tuf-on-git-policy`, in the signed part of root: whatever changes a verdict and is no rule of
 * TUF itself. Every field has a default; unknown fields are refused, for they would promise what
 * this version does not keep.
 */
export interface Policy {
  /** Its name, which every role repeats as `x-tuf-on-git-repository` (`role.other-repository`). */
  readonly repository: string | undefined;
  /** Whom the repository must not lose: decides what keys and delegations are allowed. */
  readonly clients: readonly Client[];
  /** Which characters target paths are made of (`path.form`). */
  readonly profile: 'packages' | 'strict' | 'files';
  /** When a signing event becomes part of `main`. */
  readonly land: 'threshold' | 'all' | { readonly graceHours: number };
  /** The smallest thresholds that root and targets may have. */
  readonly minThreshold: { readonly root: number; readonly targets: number };
  /** Longest life of a new version, in days from its receipt. */
  readonly maxLifeDays: {
    readonly root: number;
    readonly targets: number;
    readonly delegated: number;
  };
  /** Paths of the tree outside `metadata/` and `targets/` that may exist. */
  readonly allowedPaths: readonly string[];
  /** Shortest life of a new version, in hours from its receipt (`role.expired`). */
  readonly minLifeHours: number;
  /** Levels of delegation below targets (`delegation.too-deep`). */
  readonly maxDepth: number;
  /** What one push may hold: commits, and files and bytes of metadata that one of them changes. */
  readonly maxPush: {
    readonly commits: number;
    readonly files: number;
    readonly metadataBytes: number;
  };
  /** Length of one target file, in bytes. */
  readonly maxTargetBytes: number;
  /** Length of the next snapshot, in bytes. */
  readonly maxSnapshotBytes: number;
  /** Signing events: how many may be open, commits in one, days that one may live. */
  readonly events: { readonly open: number; readonly commits: number; readonly days: number };
}

const clients = ['python-tuf', 'go-tuf', 'tuf-js', 'tough'] as const;
export type Client = (typeof clients)[number];

export const defaultPolicy: Policy = {
  repository: undefined,
  clients,
  profile: 'packages',
  land: 'threshold',
  minThreshold: { root: 2, targets: 1 },
  maxLifeDays: { root: 400, targets: 400, delegated: 400 },
  allowedPaths: ['README.md'],
  minLifeHours: 1,
  maxDepth: 4,
  maxPush: { commits: 1000, files: 100_000, metadataBytes: 256 * 2 ** 20 },
  maxTargetBytes: 100 * 2 ** 30,
  maxSnapshotBytes: 4 * 2 ** 20,
  events: { open: 64, commits: 256, days: 60 },
};

/** How long a version of a delegated role lives at most that the server signs; no policy allows more. */
export const maxOnlineRoleDays = 30;

/** The policy, for the drafts of a role that is to live no longer than so many days. */
export function withShorterLife(policy: Policy, days: number): Policy {
  const delegated = Math.min(policy.maxLifeDays.delegated, days);
  return { ...policy, maxLifeDays: { ...policy.maxLifeDays, delegated } };
}

/** The most that any root may allow; a policy beyond is no policy. */
export const policyCeilings = {
  minThreshold: 1024,
  maxLifeDays: 3660,
  minLifeHours: 24 * 365,
  maxDepth: 16,
  maxPush: 2 ** 40,
  maxTargetBytes: Number.MAX_SAFE_INTEGER,
  // What the signer signs and what the record holds: beyond it nothing could be published.
  maxSnapshotBytes: 8 * 2 ** 20,
  events: 100_000,
} as const;

/** The policy that a root carries, defaults filled in. @throws `policy.form` with a JSON pointer */
export function readPolicy(root: Pick<Root, 'unrecognizedFields'>): Policy {
  const json = root.unrecognizedFields[policyField] as JsonValue | undefined;
  if (json === undefined) return defaultPolicy;
  const policy = object(json, '');
  only(policy, Object.keys(defaultPolicy), '');
  return {
    repository: maybe(policy['repository'], readRepository) ?? defaultPolicy.repository,
    clients: maybe(policy['clients'], readClients) ?? defaultPolicy.clients,
    profile: maybe(policy['profile'], readProfile) ?? defaultPolicy.profile,
    land: maybe(policy['land'], readLand) ?? defaultPolicy.land,
    allowedPaths: maybe(policy['allowedPaths'], readPaths) ?? defaultPolicy.allowedPaths,
    minThreshold: numbers(policy, 'minThreshold'),
    maxLifeDays: numbers(policy, 'maxLifeDays'),
    minLifeHours: number(policy, 'minLifeHours'),
    maxDepth: number(policy, 'maxDepth'),
    maxPush: numbers(policy, 'maxPush'),
    maxTargetBytes: number(policy, 'maxTargetBytes'),
    maxSnapshotBytes: number(policy, 'maxSnapshotBytes'),
    events: numbers(policy, 'events'),
  };
}

function readRepository(value: JsonValue): string {
  if (typeof value !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(value)) {
    throw wrong('/repository', 'must be a name of letters, digits and ._-');
  }
  return value;
}

function readClients(value: JsonValue): readonly Client[] {
  return strings(value, '/clients').map((name) => {
    const client = clients.find((known) => known === name);
    if (client === undefined) throw wrong('/clients', `must be of ${clients.join(', ')}`);
    return client;
  });
}

function readProfile(value: JsonValue): Policy['profile'] {
  if (value === 'packages' || value === 'strict' || value === 'files') return value;
  throw wrong('/profile', 'must be packages, strict or files');
}

function readLand(value: JsonValue): Policy['land'] {
  if (value === 'threshold' || value === 'all') return value;
  const { graceHours } = object(value, '/land');
  only(object(value, '/land'), ['graceHours'], '/land');
  return { graceHours: count(graceHours, '/land/graceHours', 24 * 60) };
}

function readPaths(value: JsonValue): readonly string[] {
  const paths = strings(value, '/allowedPaths');
  if (paths.some((path) => /^(metadata|targets)(\/|$)/.test(path) || path === '')) {
    throw wrong('/allowedPaths', 'must lie outside metadata/ and targets/');
  }
  return paths;
}

function number(
  policy: JsonObject,
  name: 'minLifeHours' | 'maxDepth' | 'maxTargetBytes' | 'maxSnapshotBytes',
): number {
  const given = maybe(policy[name], (value) => count(value, `/${name}`, policyCeilings[name]));
  return given ?? defaultPolicy[name];
}

function numbers<Name extends 'minThreshold' | 'maxLifeDays' | 'maxPush' | 'events'>(
  policy: JsonObject,
  name: Name,
): Policy[Name] {
  const most = policyCeilings[name];
  const defaults: Readonly<Record<string, number>> = defaultPolicy[name];
  const given = maybe(policy[name], (value) => object(value, `/${name}`)) ?? {};
  only(given, Object.keys(defaults), `/${name}`);
  const entries = Object.entries(given).map(([key, value]) => [
    key,
    count(value, `/${name}/${key}`, most),
  ]);
  return { ...defaults, ...Object.fromEntries(entries) } as Policy[Name];
}

function maybe<T>(value: JsonValue | undefined, read: (value: JsonValue) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

function count(value: JsonValue | undefined, at: string, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) {
    return value;
  }
  throw wrong(at, `must be an integer from 1 to ${most}`);
}

function strings(value: JsonValue, at: string): readonly string[] {
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw wrong(at, 'must be a list of texts');
}

function object(value: JsonValue, at: string): JsonObject {
  if (!isObject(value)) throw wrong(at, 'must be an object');
  return value;
}

function only(json: JsonObject, names: readonly string[], at: string): void {
  if (Object.keys(json).some((name) => !names.includes(name))) {
    throw wrong(at, `must hold nothing but ${names.join(', ')}`);
  }
}

function wrong(at: string, message: string) {
  return fault('policy.form', `metadata/root.json#/signed/x-tuf-on-git-policy${at}`, message);
}
