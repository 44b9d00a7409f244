import { keyOwner, type PublicKey } from '../../core/metadata/keys.ts';

/** A key for a program: what metadata holds, and the two digests by which people compare keys. */
export function keyForJson(key: PublicKey) {
  return { keyid: key.keyid, fingerprint: key.fingerprint, key: key.json };
}

/** A key for a person, on several lines. */
export function describeKey(key: PublicKey): string {
  const owner = keyOwner(key.json);
  return [
    `scheme       ${key.scheme}`,
    `keyid        ${key.keyid}`,
    `fingerprint  ${key.fingerprint}  (SHA-256 of the SubjectPublicKeyInfo)`,
    ...(owner === undefined ? [] : [`owner        ${owner}`]),
  ].join('\n');
}
