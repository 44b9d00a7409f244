import type { Handle, Template } from 'pkcs11js';
import { returnValue } from './errors.ts';
import type { Pkcs11Module } from './module.ts';

/** All objects that match; more than `limit` of them is not a case of ours. */
export function findObjects(
  { lib }: Pkcs11Module,
  session: Handle,
  template: Template,
  limit = 1000,
): Handle[] {
  lib.C_FindObjectsInit(session, template);
  try {
    const found: Handle[] = [];
    for (;;) {
      const some = lib.C_FindObjects(session, Math.min(100, limit - found.length));
      found.push(...some);
      if (some.length === 0 || found.length >= limit) return found;
    }
  } finally {
    lib.C_FindObjectsFinal(session);
  }
}

/** One attribute; undefined when the object has none, or does not show it. */
export function attribute(
  { lib }: Pkcs11Module,
  session: Handle,
  object: Handle,
  type: number,
): Buffer | undefined {
  try {
    const value = lib.C_GetAttributeValue(session, object, [{ type }])[0]?.value;
    return value === undefined || value.length === 0 ? undefined : value;
  } catch (error) {
    const value = returnValue(error);
    if (value === 'CKR_ATTRIBUTE_TYPE_INVALID' || value === 'CKR_ATTRIBUTE_SENSITIVE') {
      return undefined;
    }
    throw error;
  }
}

/** CK_BBOOL: one byte, and any but 0 is true (PKCS#11 2.40 §3.1). */
export function isTrue(value: Buffer | undefined): boolean {
  return value?.some((byte) => byte !== 0) ?? false;
}

/** CK_ULONG, of the width of the platform; the values read here fit 32 bits. */
export function toNumber(value: Buffer | undefined): number | undefined {
  return value?.readUInt32LE(0);
}
