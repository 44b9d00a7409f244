/**
 * Drafts: the next version of root or of a targets role, made from the one on `main`. Values in, values out:
 * fields that this version does not know and the order of all of them stay as they are, and nothing
 * is signed here.
 */
import { fault } from '../error/error.ts';
import { equalJson, isObject, type JsonObject, type JsonValue } from './json.ts';
import type { Policy } from './policy.ts';
import { repositoryField } from './repository-name.ts';

/** What a draft takes from outside the role. */
export interface DraftContext {
  readonly now: Date;
  readonly policy: Pick<Policy, 'repository' | 'maxLifeDays'>;
}

/** A target file as metadata describes it: length in bytes, SHA-256 in lower-case hex. */
export interface FileDescription {
  readonly length: number;
  readonly sha256: string;
}

/** Fields of tuf-on-ci, in days: how long a version lives, and how early the next should be signed. */
const expiryPeriod = 'x-tuf-on-ci-expiry-period';
const signingPeriod = 'x-tuf-on-ci-signing-period';

/**
 * The draft with this content, as the version that follows `versionOnMain` (0 for a new role),
 * however often it was drafted before.
 * @param name the role, which decides the longest life that the policy gives it
 */
export function nextVersion(
  content: JsonObject,
  name: string,
  versionOnMain: number,
  context: DraftContext,
): JsonObject {
  const { repository } = context.policy;
  return {
    ...content,
    version: versionOnMain + 1,
    expires: expiryOf(content, name, context),
    ...(repository === undefined ? {} : { [repositoryField]: repository }),
  };
}

/** A targets role that lists nothing yet; how long it lives it has from its delegator. */
export function emptyRole(delegator: JsonObject, name: string, context: DraftContext): JsonObject {
  const inherited = [expiryPeriod, signingPeriod].flatMap((field) =>
    delegator[field] === undefined ? [] : [[field, delegator[field]]],
  );
  const content = {
    _type: 'targets',
    spec_version: delegator['spec_version'] ?? '1.0.34',
    version: 1,
    expires: '',
    ...(Object.fromEntries(inherited) as JsonObject),
    targets: {},
  };
  return nextVersion(content, name, 0, context);
}

/** What is to be listed under a path; undefined: nothing any more. */
export type TargetEdit = TargetDescription | undefined;

export interface TargetDescription extends FileDescription {
  /** Of the target (TUF 1.0.34 §4.5); what it has is kept by default. */
  readonly custom?: JsonObject | undefined;
}

/**
 * Lists files under their paths, in the place of what was listed there, and takes others off.
 * @throws `search.not-found` for a path to be taken off that the role does not list
 */
export function editTargets(
  signed: JsonObject,
  edits: Iterable<readonly [path: string, edit: TargetEdit]>,
): JsonObject {
  const targets = new Map(Object.entries(targetsOf(signed)));
  for (const [path, edit] of edits) {
    if (edit !== undefined) targets.set(path, entryOf(targets.get(path), edit));
    else if (!targets.delete(path)) {
      throw fault('search.not-found', path, 'the role lists no such target');
    }
  }
  return { ...signed, targets: Object.fromEntries(targets) };
}

function entryOf(before: JsonValue | undefined, { length, sha256, custom }: TargetDescription) {
  return {
    ...(isObject(before) ? before : {}),
    length,
    hashes: { sha256 },
    ...(custom === undefined ? {} : { custom }),
  };
}

/** True when two versions of a role say the same: nothing but version and expiry may differ. */
export function isSameContent(one: JsonObject, other: JsonObject): boolean {
  const comparable = (signed: JsonObject) => ({ ...signed, version: 0, expires: '' });
  return equalJson(comparable(one), comparable(other));
}

/** The role, which says how many days its versions live, from its next one on. */
export function withExpiryDays(signed: JsonObject, days: number): JsonObject {
  return { ...signed, [expiryPeriod]: days };
}

/** Days that a version of the role lives at most. */
export function longestLife(name: string, { maxLifeDays }: DraftContext['policy']): number {
  return maxLifeDays[name === 'root' || name === 'targets' ? name : 'delegated'];
}

/**
 * How many days before its end the next version of a role should be signed: as it says, else as is
 * usual, but no sooner than in the middle of the life that it says to have.
 */
export function signingPeriodDays(signed: JsonObject, usual: number): number {
  const life = daysIn(signed, expiryPeriod) ?? Infinity;
  return daysIn(signed, signingPeriod) ?? Math.min(usual, life / 2);
}

/** The fields by which `signingPeriodDays` goes. */
export function periodsIn(signed: JsonObject): JsonObject {
  const { [expiryPeriod]: expiry, [signingPeriod]: signing } = signed;
  return {
    ...(expiry === undefined ? {} : { [expiryPeriod]: expiry }),
    ...(signing === undefined ? {} : { [signingPeriod]: signing }),
  };
}

function daysIn(signed: JsonObject, field: string): number | undefined {
  const days = signed[field];
  const isUsable = typeof days === 'number' && Number.isSafeInteger(days) && days > 0;
  return isUsable ? days : undefined;
}

const dayMs = 86_400_000;

/** When a version made now expires, to whole seconds (TUF 1.0.34 §4.3). */
function expiryOf(content: JsonObject, name: string, { now, policy }: DraftContext): string {
  const most = longestLife(name, policy);
  const days = Math.min(daysIn(content, expiryPeriod) ?? most, most);
  const time = new Date(Math.floor(now.getTime() / 1000) * 1000 + days * dayMs);
  return time.toISOString().replace('.000Z', 'Z');
}

function targetsOf(signed: JsonObject): JsonObject {
  const targets = signed['targets'];
  return isObject(targets) ? targets : {};
}
