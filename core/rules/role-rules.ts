/** What holds for the signed part of every role that a push changes. */
import type { Document } from '../metadata/document.ts';
import type { Policy } from '../metadata/policy.ts';
import { repositoryField } from '../metadata/repository-name.ts';
import type { TransitionContext } from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** How far the clocks of signer and server may lie apart. */
const clockTolerance = hour;

type Receipt = Pick<TransitionContext, 'receivedAt' | 'receiptSlackMs'>;

export function* checkSigned(
  file: string,
  document: Document,
  policy: Policy,
): Iterable<RuleFinding> {
  const { expires, specVersion, version } = document.signed;
  if (!/^1\.0(\.(0|[1-9]\d{0,5}))?$/.test(specVersion)) {
    yield finding('role.spec-version', file, 'spec_version must be 1.0 or 1.0.N');
  }
  if (version > 2 ** 31 - 1) {
    yield finding('role.version', file, `version ${version} is beyond what clients count`);
  }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(expires)) {
    yield finding('json.shape', file, 'expires must be written as in 2030-01-31T00:00:00Z');
  }
  yield* checkRepositoryName(file, document, policy);
}

/** Where root names the repository, the role names the same. */
export function* checkRepositoryName(
  file: string,
  { signed }: Document,
  { repository }: Policy,
): Iterable<RuleFinding> {
  if (repository === undefined) return;
  if (signed.unrecognizedFields[repositoryField] === repository) return;
  const hint = `${repositoryField} must be ${repository}`;
  yield finding('role.other-repository', file, 'the role is not made for this repository', hint);
}

/** Expiry is judged once, at receipt. */
export function* checkExpiry(
  file: string,
  document: Document,
  { maxLifeDays, minLifeHours }: { readonly maxLifeDays: number; readonly minLifeHours: number },
  { receivedAt, receiptSlackMs = 0 }: Receipt,
): Iterable<RuleFinding> {
  const { expires } = document.signed;
  const own = document.signed.unrecognizedFields['x-tuf-on-ci-expiry-period'];
  const days = typeof own === 'number' ? Math.min(own, maxLifeDays) : maxLifeDays;
  const earliest = receivedAt.getTime() + minLifeHours * hour - receiptSlackMs;
  if (Date.parse(expires) <= earliest) {
    const message = `it expires ${expires}`;
    yield finding('role.expired', file, message, 'sign a version that lives longer');
  } else if (livesLonger(document, days, { receivedAt, receiptSlackMs })) {
    const message = `it expires ${expires}; ${days} days is the most`;
    yield finding('role.lives-too-long', file, message);
  }
}

/** Whether it lives longer than so many days from its receipt, as far as clocks can tell. */
export function livesLonger(
  { signed }: Document,
  days: number,
  { receivedAt, receiptSlackMs = 0 }: Receipt,
): boolean {
  const latest = receivedAt.getTime() + days * day + clockTolerance + receiptSlackMs;
  return Date.parse(signed.expires) > latest;
}

/** The next version and no other; `before` is undefined for a role that is new. */
export function* checkNextVersion(
  file: string,
  before: Document | undefined,
  after: Document,
  highest: number,
): Iterable<RuleFinding> {
  const { version } = after.signed;
  if (version === before?.signed.version) {
    const hint = `make it version ${version + 1} and sign it`;
    yield finding('role.changed-version', file, `version ${version} has other content here`, hint);
    return;
  }
  const last = before?.signed.version ?? highest;
  if (version !== last + 1) {
    const follows = last === 0 ? 'is the first' : `follows ${last}`;
    const hint = `make it ${last + 1}`;
    yield finding('role.version-not-next', file, `version ${version} ${follows}`, hint);
  }
}
