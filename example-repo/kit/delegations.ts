/** What the one who signs targets can do to the roles below it. */
import { canonicalize } from '@tufjs/canonical-json';
import { sha256, type HandKey, type TargetsSigned } from './by-hand.ts';

/** A delegation goes to these keys, so many of which have to sign; unused keys go. */
export function handedTo(
  project: string,
  signers: readonly HandKey[],
  threshold = 1,
): (next: TargetsSigned) => TargetsSigned {
  return (next) => {
    const { keys = {}, roles = [] } = next.delegations ?? {};
    const keyids = signers.map(({ keyid }) => keyid);
    const handed = roles.map((role) =>
      role.name === project ? { ...role, keyids, threshold } : role,
    );
    const used = new Set(handed.flatMap((role) => role.keyids));
    const kept = Object.entries(keys).filter(([keyid]) => used.has(keyid));
    const brought = signers.map(({ keyid, json }) => [keyid, json] as const);
    return {
      ...next,
      delegations: { keys: Object.fromEntries([...kept, ...brought]), roles: handed },
    };
  };
}

/** The same key under another id, as some field beside the key itself makes it. */
export function underAnotherId(key: HandKey): HandKey {
  const json = { ...key.json, 'x-tuf-on-git-keyowner': '@intruder' };
  return { ...key, json, keyid: sha256(canonicalize(json)) };
}
