import { createHash } from 'node:crypto';
import type { SignerSettings } from '../../core/home/signer-settings.ts';
import type { Floor, RoleFloor } from './floor.ts';
import { readOnlineMetadata, refused, type OnlineMetadata } from './online-metadata.ts';
import type { OnlineRole } from './protocol.ts';

/**
 * What the signer refuses whoever asks, so that someone who owns the daemon's account can freeze,
 * but not roll back:
 *
 * 1. anything but a snapshot or timestamp in canonical form, of the role that was asked for;
 * 2. a version below the floor, or the same version with other bytes, or one far above;
 * 3. a snapshot in which a role's version falls, or a role is gone (TUF 1.0.34 §5.5.5);
 * 4. a timestamp of a snapshot below its last one, or of one that was never signed;
 * 5. an expiry beyond the ceiling.
 */
export type Limits = Pick<SignerSettings, 'maxLifeHours' | 'maxVersionStep'>;

/**
 * Judges one request.
 * @returns the floor that must be on disk before the signature leaves
 * @throws `signer.refused`
 */
export function allow(
  request: { readonly role: OnlineRole; readonly bytes: Uint8Array },
  floor: Floor,
  limits: Limits,
  now: Date,
): Floor {
  const metadata = readOnlineMetadata(request.role, request.bytes);
  const sha256 = createHash('sha256').update(request.bytes).digest('hex');
  refuseLongLife(metadata, limits.maxLifeHours[metadata.role], now);
  refuseVersion(metadata, sha256, floor[metadata.role], limits);
  refuseFall(metadata, floor[metadata.role]);
  if (metadata.role === 'timestamp') refuseUnknownSnapshot(metadata, floor.snapshot);
  const { version, versions } = metadata;
  return { ...floor, [metadata.role]: { version, sha256, versions: Object.fromEntries(versions) } };
}

/** Between two looks at one clock. */
const slackMs = 60_000;

/** @throws `signer.refused` */
export function refuseLongLife({ role, expires }: Life, hours: number, now: Date): void {
  if (expires.getTime() <= now.getTime() + hours * 3_600_000 + slackMs) return;
  throw refused(
    role,
    `it would live longer than ${hours} hours`,
    'see maxLifeHours in settings.json',
  );
}

interface Life {
  readonly role: string;
  readonly expires: Date;
}

function refuseVersion(
  { role, version }: OnlineMetadata,
  sha256: string,
  last: RoleFloor | undefined,
  { maxVersionStep }: Limits,
): void {
  const lowest = last?.version ?? 0;
  if (version === lowest && sha256 === last?.sha256) return;
  if (version <= lowest) {
    throw refused(role, `version ${version} is not above ${lowest}, which was signed before`);
  }
  refuseLeap(role, version, lowest, maxVersionStep);
}

/** @throws `signer.refused` */
export function refuseLeap(role: string, version: number, lowest: number, most: number): void {
  if (version - lowest <= most) return;
  throw refused(
    role,
    `version ${version} is too far above ${lowest}`,
    'see maxVersionStep in settings.json',
  );
}

/** Of snapshot and timestamp alike: what they list goes up, or stays. */
function refuseFall({ role, versions }: OnlineMetadata, last: RoleFloor | undefined): void {
  for (const [name, lowest] of Object.entries(last?.versions ?? {})) {
    const version = versions.get(name);
    if (version === undefined) throw refused(role, `${name} was listed before and is gone`);
    if (version < lowest) throw refused(role, `${name} falls from version ${lowest} to ${version}`);
  }
}

function refuseUnknownSnapshot(
  { role, versions }: OnlineMetadata,
  snapshot: RoleFloor | undefined,
): void {
  const version = versions.get('snapshot.json') ?? 0;
  if (snapshot === undefined || version <= snapshot.version) return;
  throw refused(role, `its snapshot ${version} was never signed here`);
}
