import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { topLevelRoles } from '../metadata/names.ts';
import { maxOnlineRoleDays } from '../metadata/policy.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

const hours = (usual: number, most = 87_840) => z.number().positive().max(most).default(usual);
const keyUri = z.string().min(1).max(4096);

const delegatedRole = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/, 'must be the name of a role')
  .refine((name) => !topLevelRoles.some((role) => role === name), 'is no delegated role');

/** `HOME/signer/settings.json`: what the signer process holds and what it refuses by itself. */
export const signerSettingsSchema = z.strictObject({
  /** Format of this file. */
  format: z.literal(1),
  /**
   * URIs of the online keys, as `pkcs11:token=…;object=…?pin-source=file:…`. Paths are relative to
   * this file's folder. All of them sign; two while a key is rotated.
   */
  keys: z.array(keyUri).min(1).max(8),
  /**
   * Delegated roles that this server signs, each with the URI of its own key: `{"nightly":
   * "pkcs11:token=…;object=nightly?pin-source=file:…"}`. An admin marks them in targets as well.
   */
  onlineRoles: z.record(delegatedRole, keyUri).default({}),
  /** File of the PKCS#11 module, for keys in tokens. */
  pkcs11Module: z.string().min(1).optional(),
  /** How far ahead `expires` may lie: how long a thief of the daemon's account could freeze. */
  maxLifeHours: z
    .strictObject({
      snapshot: hours(24 * 90),
      timestamp: hours(24 * 31),
      onlineRoles: hours(24 * maxOnlineRoleDays, 24 * maxOnlineRoleDays),
    })
    .prefault({}),
  /** How far a version may lie above the last one signed. */
  maxVersionStep: z.int().min(1).max(2_000_000_000).default(10_000),
  /** Requests for signatures in any minute. */
  maxRequestsPerMinute: z.int().min(1).max(1_000_000).default(6_000),
  /**
   * How long one answer may take when the signer has an account of its own; then its process hangs,
   * is killed and started again. Without a socket it is `signerTimeoutSeconds` of the daemon.
   */
  timeoutSeconds: z.number().min(1).max(600).default(15),
});

export type SignerSettings = Readonly<z.infer<typeof signerSettingsSchema>>;
export type SignerSettingsInput = z.input<typeof signerSettingsSchema>;

/** @param folder `HOME/signer` @throws `home.missing`, `home.configuration` */
export function readSignerSettings(folder: string): Promise<SignerSettings> {
  return readJsonFile(signerSettingsFile(folder), signerSettingsSchema);
}

/** Validates and writes the settings (0600), whole or not at all, and makes the folder (0700). */
export async function writeSignerSettings(
  folder: string,
  settings: SignerSettingsInput,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeJsonFile(signerSettingsFile(folder), signerSettingsSchema.parse(settings), 0o600);
}

/** Of all keys that the signer holds. */
export function keyUris({ keys, onlineRoles }: SignerSettings): readonly string[] {
  return [...keys, ...Object.values(onlineRoles)];
}

export function signerSettingsFile(folder: string): string {
  return path.join(folder, 'settings.json');
}
