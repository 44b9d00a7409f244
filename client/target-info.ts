import type { Found } from '../core/metadata/delegation-walk.ts';
import { isObject, type JsonObject, type JsonValue } from '../core/metadata/json.ts';
import type { TargetPath } from '../core/metadata/names.ts';

/** What verified metadata says of one target. */
export interface TargetInfo {
  readonly path: TargetPath;
  /** In bytes. */
  readonly length: number;
  /** Algorithm name to digest in hex. */
  readonly hashes: Readonly<Record<string, string>>;
  /** The `custom` object of the target's entry. */
  readonly custom: JsonObject | undefined;
  /** The role that lists it, and the role names from `targets` to it. */
  readonly role: string;
  readonly chain: readonly string[];
}

export function targetInfo(path: TargetPath, { target, role, chain }: Found): TargetInfo {
  const custom = target.unrecognizedFields['custom'] as JsonValue | undefined;
  return {
    path,
    length: target.length,
    hashes: target.hashes,
    custom: isObject(custom) ? custom : undefined,
    role,
    chain,
  };
}
