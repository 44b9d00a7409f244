/** What the API says of roles and targets. */
import { z } from 'zod';
import type { JsonObject } from '../../../core/metadata/json.ts';
import type { LoadedRole } from '../../../core/rules/repository.ts';

export const roleSchema = z.object({
  name: z.string(),
  version: z.int(),
  expires: z.string(),
  delegator: z.string(),
  keyids: z.array(z.string()),
  threshold: z.int(),
  paths: z.array(z.string()).optional(),
  online: z.boolean().describe('Whether the server signs it'),
  targets: z.int().describe('How many it lists'),
});

export const targetSchema = z.object({
  path: z.string(),
  role: z.string(),
  version: z.int().describe('Of the role'),
  length: z.int(),
  hashes: z.record(z.string(), z.string()),
  custom: z.record(z.string(), z.unknown()).optional(),
});

/** @param online the roles that the server signs */
export function roleAnswer(
  role: LoadedRole,
  online: readonly string[],
): z.infer<typeof roleSchema> {
  const { name, delegator, delegation, authority, document } = role;
  const { version, expires, targets } = document.signed;
  return {
    name,
    version,
    expires,
    delegator,
    keyids: [...authority.role.keyIDs],
    threshold: authority.role.threshold,
    ...(delegation?.paths === undefined ? {} : { paths: [...delegation.paths] }),
    online: online.includes(name),
    targets: Object.keys(targets).length,
  };
}

/** @param role that lists it */
export function targetAnswer(path: string, role: LoadedRole): JsonObject {
  const { version, targets } = role.document.signed;
  return { path, role: role.name, version, ...targets[path]?.toJSON() };
}
