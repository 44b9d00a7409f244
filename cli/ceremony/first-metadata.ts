/** Root and targets, version 1: what the people of a ceremony sign. Pure, but for the signers. */
import { canonicalBytes, formatDocument } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { policyField } from '../../core/metadata/policy.ts';
import { repositoryField } from '../../core/metadata/repository-name.ts';
import { rootFile, rootHistoryFile, targetsFile } from '../../core/rules/state.ts';
import type { Ceremony, CeremonyKey, CeremonyRole } from './ceremony.ts';

export interface FirstMetadata {
  readonly root: Uint8Array;
  readonly targets: Uint8Array;
}

/** The files of the source tree, by their paths. */
export function metadataFiles({ root, targets }: FirstMetadata): ReadonlyMap<string, Uint8Array> {
  return new Map([
    [rootFile, root],
    [rootHistoryFile(1), root],
    [targetsFile, targets],
  ]);
}

/** Both files, signed by every key of their role that can sign. */
export async function makeFirstMetadata(ceremony: Ceremony): Promise<FirstMetadata> {
  return {
    root: await signedBy(ceremony.root.keys, firstRoot(ceremony)),
    targets: await signedBy(ceremony.targets.keys, firstTargets(ceremony)),
  };
}

/** The signed part of root (TUF 1.0.34 §4.3), policy and all. */
function firstRoot(ceremony: Ceremony): JsonObject {
  const { root, targets, online, policy } = ceremony;
  const people = [...root.keys, ...targets.keys].map(({ key }) => key);
  const onlineRole = { keyids: [online.key.keyid], threshold: 1 };
  return {
    ...commonFields('root', ceremony.root, ceremony),
    consistent_snapshot: true,
    keys: Object.fromEntries([...people, online.key].map(({ keyid, json }) => [keyid, json])),
    roles: {
      root: roleOf(root),
      timestamp: onlineRole,
      snapshot: onlineRole,
      targets: roleOf(targets),
    },
    [policyField]: policyJson(policy),
  };
}

/** Every field is written, so that a later version with other defaults comes to the same verdict. */
export function policyJson(policy: Ceremony['policy']): JsonObject {
  const { repository, clients, profile, land, minThreshold, maxLifeDays, allowedPaths } = policy;
  return {
    repository,
    clients: [...clients],
    profile,
    land: typeof land === 'string' ? land : { ...land },
    minThreshold: { ...minThreshold },
    maxLifeDays: { ...maxLifeDays },
    allowedPaths: [...allowedPaths],
  };
}

/** The signed part of targets (TUF 1.0.34 §4.5): no target yet, nothing delegated. */
function firstTargets(ceremony: Ceremony): JsonObject {
  return { ...commonFields('targets', ceremony.targets, ceremony), targets: {} };
}

/** Days before expiry in which maintainers are asked to sign anew, as tuf-on-ci has it by default; half of a short life. */
const signingPeriodDays = 60;

function commonFields(type: string, role: CeremonyRole, { now, policy }: Ceremony): JsonObject {
  return {
    _type: type,
    spec_version: '1.0.34',
    version: 1,
    expires: instantAfter(now, role.expiresDays),
    [repositoryField]: policy.repository,
    'x-tuf-on-ci-expiry-period': role.expiresDays,
    'x-tuf-on-ci-signing-period': Math.min(signingPeriodDays, Math.ceil(role.expiresDays / 2)),
  };
}

/** `expires` in the form of TUF 1.0.34 §4.2.1: whole seconds, UTC. */
function instantAfter(now: Date, days: number): string {
  const time = new Date(now.getTime() + days * 86_400_000);
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function roleOf({ keys, threshold }: CeremonyRole): JsonObject {
  return { keyids: keys.map(({ key }: { key: PublicKey }) => key.keyid), threshold };
}

async function signedBy(keys: readonly CeremonyKey[], signed: JsonObject): Promise<Uint8Array> {
  const bytes = canonicalBytes(signed, 'the first metadata');
  const signatures = [];
  for (const { key, signer } of keys) {
    if (signer === undefined) continue;
    const signature = await signer.sign(bytes);
    signatures.push({ keyid: key.keyid, sig: Buffer.from(signature).toString('hex') });
  }
  return formatDocument(signed, signatures);
}
