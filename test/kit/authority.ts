import type { Authority } from '../../core/metadata/threshold.ts';
import { Key } from '../../core/metadata/tufjs.ts';
import type { TestKey } from './source-tree.ts';

/** Who may sign a role, as a delegator of these keys would say. */
export function authorityOf(threshold: number, ...keys: readonly TestKey[]): Authority {
  return {
    keys: Object.fromEntries(keys.map(({ keyid, json }) => [keyid, Key.fromJSON(keyid, json)])),
    role: { keyIDs: keys.map(({ keyid }) => keyid), threshold },
  };
}
