import type { SignerSettings } from '../../core/home/signer-settings.ts';
import { isObject, type JsonObject } from '../../core/metadata/json.ts';
import type { Floor } from './floor.ts';
import { readSigned, refused } from './online-metadata.ts';
import { refuseLeap, refuseLongLife } from './policy.ts';

/**
 * What the signer refuses for a delegated role that it signs, whoever asks, so that someone who owns
 * the daemon's account can put files into this role, but not roll it back or hand it on:
 *
 * 1. anything but targets metadata in canonical form, without delegations of its own;
 * 2. a version that is not above the one in the last snapshot that was signed here, or one far above;
 * 3. an expiry beyond the ceiling.
 *
 * No floor of its own: a version that the gate refused is made and signed anew under its number, and
 * what no snapshot lists no client takes.
 * @throws `signer.refused`
 */
export function allowDelegated(
  { role, bytes }: { readonly role: string; readonly bytes: Uint8Array },
  { snapshot }: Floor,
  { maxLifeHours, maxVersionStep }: Pick<SignerSettings, 'maxLifeHours' | 'maxVersionStep'>,
  now: Date,
): void {
  const { signed, version, expires } = readSigned('targets', role, bytes);
  if (isDelegating(signed)) throw refused(role, 'a role that the server signs delegates nothing');
  refuseLongLife({ role, expires }, maxLifeHours.onlineRoles, now);
  const file = `${role}.json`;
  const listed = snapshot?.versions ?? {};
  const published = (Object.hasOwn(listed, file) ? listed[file] : undefined) ?? 0;
  if (version <= published) {
    throw refused(role, `version ${version} is not above ${published}, which is published`);
  }
  refuseLeap(role, version, published, maxVersionStep);
}

function isDelegating({ delegations = {} }: JsonObject): boolean {
  if (!isObject(delegations)) return true;
  const { roles = [], succinct_roles: succinct } = delegations;
  return !Array.isArray(roles) || roles.length > 0 || succinct !== undefined;
}
