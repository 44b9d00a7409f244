import type { RuleCode } from '../../error/codes.ts';
import { enforced, type CatalogueEntry } from './entry.ts';

/** How a role, its keys and its signatures are judged. */
export const roleEntries: Readonly<
  Record<
    Extract<
      RuleCode,
      | `role.${string}`
      | `root.${string}`
      | `signature.${string}`
      | `key.${string}`
      | `name.${string}`
    >,
    CatalogueEntry
  >
> = {
  'role.type': enforced(
    '`_type` fits the file.',
    'a targets file as `root.json`',
    'give each file the role of its own name',
  ),
  'role.spec-version': enforced('`spec_version` is 1.0 or 1.0.N.', '`2.0`', 'write `1.0.34`'),
  'role.version': enforced('Versions stay below 2^31.', 'a jump to 2^31', 'count by one'),
  'role.version-not-next': enforced(
    'A changed role has the version before it plus one.',
    'version 7 after 5',
    'make it 6',
  ),
  'role.changed-version': enforced(
    'One version never has two contents, nor two sets of signatures.',
    'a fixed file under the same version',
    'count on and sign',
  ),
  'role.expired': enforced(
    'A new version lives at least an hour from its receipt.',
    'a file signed last year',
    'sign one that lives longer',
  ),
  'role.lives-too-long': enforced(
    'It lives no longer than its own period and the policy allow.',
    'an expiry a century away',
    'sign a shorter one',
  ),
  'role.threshold': enforced(
    'Enough distinct keys have signed it; a key counts once, whatever its keyids.',
    'an unsigned change; a threshold raised without new signatures',
    'collect the missing signatures that the hint names',
  ),
  'role.missing': enforced(
    'Every delegated role has its file.',
    'a delegation without `metadata/<role>.json`',
    'add the signed file',
  ),
  'role.other-repository': enforced(
    'Every role names the repository that it is for, where root names one.',
    'a role of the staging repository, same keys',
    'sign it for this repository',
  ),

  'root.not-pinned': enforced(
    'The chain of roots starts at the one that the operator pinned.',
    'a first push with another root',
    'compare the fingerprints',
  ),
  'root.version-not-next': enforced('Root N is followed by N + 1.', 'root 5 after 3', 'make it 4'),
  'root.threshold': enforced(
    'A root is signed by the threshold of the one before and by its own.',
    'a rogue admin alone',
    'collect the missing signatures',
  ),
  'root.history': enforced(
    '`root_history/` only grows, and its newest equals `root.json`.',
    'an overwritten `1.root.json`',
    'put the old file back',
  ),
  'root.roles': enforced(
    'Root names exactly root, timestamp, snapshot and targets.',
    '`mirrors`',
    'drop the other',
  ),
  'root.consistent-snapshot': enforced('`consistent_snapshot` is true.', 'false', 'set it to true'),
  'root.online-key': enforced(
    'Snapshot and timestamp name keys that the daemon’s signer holds, else everything freezes.',
    'a root with the key of another server',
    'give the signer the key first',
  ),
  'root.min-threshold': enforced(
    'Thresholds of root and targets do not fall below the policy.',
    'root threshold 1 where the policy says 2',
    'keep the threshold',
  ),

  'signature.form': enforced(
    'Signatures are lower-case hex of the right form: 64 bytes, strict DER, or the length of the modulus.',
    'upper-case hex',
    'let a tool write it',
  ),
  'signature.empty': enforced(
    'No empty placeholders: released clients stumble over them.',
    '`"sig": ""`',
    'leave the entry out',
  ),
  'signature.duplicate': enforced('One signature a keyid.', 'the same twice', 'drop one'),
  'signature.unauthorised': enforced(
    'Only keys of the role sign it.',
    'a departed maintainer, another project’s key',
    'have an authorised person sign',
  ),
  'signature.invalid': enforced(
    'Every signature verifies over the canonical form.',
    'an edit after signing',
    'sign again',
  ),
  'signature.too-many': enforced(
    'No more signatures than keys.',
    'ten thousand signatures',
    'drop what does not belong',
  ),

  'key.form': enforced(
    'A key has one spelling: lower-case hex or re-exported SPKI PEM; no point of small order.',
    'a PEM with odd line breaks',
    'export the key again',
  ),
  'key.unsupported': enforced(
    'Only keys that every client of the policy can use.',
    'P-384 while tuf-js is listed, RSA of 1024 bits',
    'use Ed25519, P-256 or RSA from 2048 bits',
  ),
  'key.id': enforced(
    'The keyid is the SHA-256 of the canonical key.',
    'key bytes swapped under an old keyid',
    'use the keyid in the hint',
  ),
  'key.same-key': enforced(
    'In one file a public key has one keyid.',
    'one key under two keyids, to meet a threshold of two',
    'keep one',
  ),
  'key.shared-online': enforced(
    'Keys of snapshot and timestamp sign nothing else.',
    'an online key among the keys of a project',
    'use a key of its own',
  ),

  'name.form': enforced(
    'Role names are letters, digits and `._+-`, not like a version, no top-level or device name.',
    '`7.project`, `con`',
    'choose another name',
  ),
  'name.twin': enforced('No two roles differ only in case.', '`Demo` and `demo`', 'rename one'),
  'name.two-delegators': enforced(
    'Each role has one delegator.',
    'two projects that both delegate to `shared`',
    'give each its own role',
  ),
};
