/** From what is to be published to two signed roles, by way of the journal. */
import { rootAuthority } from '../../core/metadata/authority.ts';
import type { Document } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { readPolicy } from '../../core/metadata/policy.ts';
import { countSignatures } from '../../core/metadata/threshold.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import type { Checkpoint } from './checkpoint.ts';
import { versionOf, type Intent, type Journal, type OnlineRole } from './journal.ts';
import {
  assemble,
  snapshotMeta,
  snapshotSigned,
  timestampSigned,
  type OnlineFields,
} from './online-metadata.ts';
import { signOnline, type OnlineSigner } from './online-signing.ts';
import type { RecordEntry } from '../record/record.ts';
import { isFresh, type Lifetimes } from './renewal.ts';
import type { HighestVersions } from './versions.ts';

/** What the next generation is made from. */
export interface Plan {
  readonly commit: ObjectId;
  readonly repository: LoadedRepository;
  /** Those that clients may hold: what is signed holds under each of them. */
  readonly roots: readonly Document<'root'>[];
  /** The keys of the signer. */
  readonly held: readonly PublicKey[];
  readonly before: RecordEntry | undefined;
  /** The `meta` of a new snapshot; undefined when the last one stays. */
  readonly meta: JsonObject | undefined;
  readonly now: Date;
}

export interface SigningContext {
  readonly journal: Journal;
  /** The highest versions that anything but the journal knows of. */
  readonly highest: HighestVersions;
  readonly signer: OnlineSigner;
  readonly lifetimes: Lifetimes;
  readonly checkpoint: Checkpoint;
}

export interface SignedPair {
  readonly snapshot: Document<'snapshot'>;
  readonly timestamp: Document<'timestamp'>;
}

/**
 * The `meta` that a new snapshot has to carry, or undefined when the last one will do.
 * @param changed the roles that are others than the last one has; of all, where there is none
 */
export function neededSnapshot(
  { roles }: LoadedRepository,
  changed: ReadonlySet<string>,
  before: RecordEntry | undefined,
  roots: readonly Document<'root'>[],
  isDue: boolean,
): JsonObject | undefined {
  const isSame = changed.size === 0 && before !== undefined && holdsUnder(roots, before.snapshot);
  if (isSame && !isDue) return undefined;
  const others = [...roles.values()].filter(({ name }) => changed.has(name));
  return snapshotMeta(others, before?.snapshot);
}

/** True when snapshot or timestamp has the signatures that each of the roots asks for. */
export function holdsUnder(
  roots: readonly Document<'root'>[],
  document: Document<OnlineRole>,
): boolean {
  return roots.every((root) => {
    const { signers, threshold } = countSignatures(
      document,
      rootAuthority(root.signed, document.signed.type),
    );
    return signers.length >= threshold;
  });
}

/**
 * Signs what the plan needs. Every `signed` part is in the journal before its signature is asked
 * for; an intent that the journal holds already is finished instead, when it still fits.
 */
export async function carryOut(plan: Plan, context: SigningContext): Promise<SignedPair> {
  const intent = stillFits(plan, context) ?? {
    commit: plan.commit,
    base: plan.before?.oid,
    snapshot: undefined,
    snapshotSignatures: undefined,
    timestamp: undefined,
  };
  const made = await signSnapshot(plan, intent, context);
  const timestamp = await signTimestamp(plan, made.snapshot, made.intent, context);
  return { snapshot: made.snapshot, timestamp };
}

async function signSnapshot(plan: Plan, intent: Intent, context: SigningContext) {
  const { meta, before } = plan;
  if (meta === undefined && before !== undefined) return { snapshot: before.snapshot, intent };
  const signed = intent.snapshot ?? snapshotSigned(meta ?? {}, fields('snapshot', plan, context));
  if (intent.snapshot === undefined) {
    await context.journal.note({ ...intent, snapshot: signed });
    await context.checkpoint('snapshot-intended');
  }
  const known = intent.snapshotSignatures;
  const snapshot =
    known === undefined
      ? await sign('snapshot', plan, signed, context)
      : assemble('snapshot', signed, known);
  const snapshotSignatures = snapshot.signatures;
  return { snapshot, intent: { ...intent, snapshot: signed, snapshotSignatures } };
}

async function signTimestamp(
  plan: Plan,
  snapshot: Document<'snapshot'>,
  intent: Intent,
  context: SigningContext,
): Promise<Document<'timestamp'>> {
  const signed = intent.timestamp ?? timestampSigned(snapshot, fields('timestamp', plan, context));
  if (intent.timestamp === undefined) {
    await context.journal.note({ ...intent, timestamp: signed });
    await context.checkpoint('timestamp-intended');
  }
  return sign('timestamp', plan, signed, context);
}

function sign<T extends OnlineRole>(
  role: T,
  plan: Plan,
  signed: JsonObject,
  { signer }: SigningContext,
): Promise<Document<T>> {
  return signOnline(signer, plan.held, plan.roots, role, signed);
}

function fields(role: OnlineRole, plan: Plan, context: SigningContext): OnlineFields {
  const { lifetimes, journal, highest } = context;
  return {
    version: Math.max(highest[role], journal.highest[role]) + 1,
    now: plan.now,
    lifeHours: role === 'snapshot' ? lifetimes.snapshotHours : lifetimes.timestampHours,
    repository: readPolicy(plan.repository.root.signed).repository,
  };
}

/** The journal's intent, if it is for this very plan and its life has hardly begun. */
function stillFits(plan: Plan, { journal, lifetimes }: SigningContext): Intent | undefined {
  const { commit, before, meta, now } = plan;
  const { intent } = journal;
  if (intent?.commit !== commit || intent.base !== before?.oid) return undefined;
  if ((intent.snapshot === undefined) !== (meta === undefined)) return undefined;
  const expires = (signed: JsonObject | undefined) =>
    typeof signed?.['expires'] === 'string' ? signed['expires'] : '';
  const snapshotFits =
    intent.snapshot === undefined ||
    (isFresh(expires(intent.snapshot), lifetimes.snapshotHours, 1 / 4, now) &&
      isSignedFor(plan.roots, intent.snapshot, intent.snapshotSignatures));
  if (!snapshotFits) return undefined;
  const timestampFits =
    versionOf(intent.timestamp) > 0 &&
    isFresh(expires(intent.timestamp), lifetimes.timestampHours, 1 / 6, now);
  return timestampFits ? intent : { ...intent, timestamp: undefined };
}

/** A snapshot that is signed already must hold under all roots: the timestamp names its bytes. */
function isSignedFor(
  roots: readonly Document<'root'>[],
  snapshot: JsonObject,
  signatures: Intent['snapshotSignatures'],
): boolean {
  return signatures === undefined || holdsUnder(roots, assemble('snapshot', snapshot, signatures));
}
