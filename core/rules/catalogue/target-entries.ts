import type { RuleCode } from '../../error/codes.ts';
import { enforced, type CatalogueEntry } from './entry.ts';

/** How paths, delegations and targets are judged. */
export const targetEntries: Readonly<
  Record<
    Extract<
      RuleCode,
      `path.${string}` | `delegation.${string}` | `target.${string}` | `size.${string}`
    >,
    CatalogueEntry
  >
> = {
  'path.form': enforced(
    'Target paths fit the profile of the policy, without `.` and `..`.',
    '`../etc/passwd`, `a//b`',
    'rename the target',
  ),
  'path.twin': enforced(
    'No two target paths differ only in case.',
    '`A/x` and `a/x`',
    'rename one',
  ),
  'path.folder': enforced(
    'No target path is a folder of another.',
    '`demo` beside `demo/1.0`',
    'rename one',
  ),
  'path.pattern': enforced(
    'Patterns are names, `*` and `?` within a segment, at most three `*` in one, no longer than a path may be.',
    '`**/*`, `{a,b}`, `[a-z]`',
    'write several patterns',
  ),
  'path.outside-delegation': enforced(
    'A role lists only targets that every delegation on the way to it matches.',
    'alice’s role lists `bobs-project/…`',
    'have the role that owns the path sign for it',
  ),
  'path.shadowed': enforced(
    'A new or changed entry is the one that every listed client finds.',
    'an entry behind a terminating delegation that covers its path',
    'list it in the role that is found first',
  ),
  'path.shadows': enforced(
    'A new entry does not take the place of another role’s, nor does a delegation beside it.',
    'a path that a later role lists, in an earlier one',
    'have the other role remove it first',
  ),
  'path.now-shadowed': enforced(
    'A change of delegations by their delegator put these entries out of reach: a notice, the push stands.',
    'paths taken from a role whose key was stolen',
    'list them in a role that is found, or remove them',
  ),
  'path.too-many-roles': enforced(
    'Clients ask at most 31 delegated roles on the way to a target.',
    'a target behind 40 delegations that match its path',
    'make delegations terminating, or their paths narrower',
  ),

  'delegation.form': enforced(
    'Delegations are well-formed: at most 256 keys and 1,024 patterns each, and 65,536 patterns in one file.',
    'a hash prefix `XY`',
    'let `tuf-on-git role add` write the delegation; delegate by wildcards, or by one more level',
  ),
  'delegation.threshold': enforced(
    'A threshold can be reached by the keys beside it.',
    'threshold 3 with two keys',
    'add a key or lower it',
  ),
  'delegation.unknown-key': enforced(
    'Every keyid of a role is among the keys beside it.',
    'a keyid without its key',
    'add the key',
  ),
  'delegation.wider': enforced(
    'A role delegates only what it has.',
    '`*/*` by a role that has `demo/*`',
    'narrow the pattern',
  ),
  'delegation.cycle': enforced(
    'Delegations do not come back to where they were.',
    'a → b → a',
    'drop one of them',
  ),
  'delegation.too-deep': enforced(
    'At most 4 levels below targets.',
    'five levels',
    'delegate from higher up',
  ),
  'delegation.hash-prefixes': enforced(
    'Hash prefixes only where no go-tuf client is listed.',
    '`path_hash_prefixes` with the default policy',
    'use paths',
  ),
  'delegation.succinct-not-yet': enforced(
    'Succinct roles (TAP 15) are not supported yet.',
    '`succinct_roles`',
    'list the roles',
  ),

  'target.hashes': enforced(
    'Targets have sha256, perhaps sha512, nothing else.',
    'md5',
    'hash with sha256',
  ),
  'target.hash': enforced(
    'The file has the hashes that the role says.',
    'a file changed after signing',
    'add the file again and sign',
  ),
  'target.length': enforced(
    'The file has the length that the role says.',
    'a truncated file',
    'add the file again and sign',
  ),
  'target.missing': enforced(
    'The file of every listed target is there.',
    'metadata pushed without the file',
    'push the file along',
  ),
  'target.custom': enforced('`custom` is an object of at most 16 KiB.', 'a list', 'shorten it'),
  'target.lfs-pointer': enforced(
    'A git-lfs pointer is not the file.',
    'a target tracked by git-lfs',
    'commit the file itself',
  ),

  'size.root': enforced('Root has at most 500,000 bytes.', 'a thousand RSA keys', 'drop old keys'),
  'size.targets': enforced(
    'A targets role has at most 4,900,000 bytes.',
    'a role with 40,000 targets',
    'delegate a part',
  ),
  'size.snapshot': enforced(
    'The next snapshot stays within what the policy allows; from 80 % on it is a notice.',
    '100,000 roles',
    'delegate to fewer roles',
  ),
  'size.target': enforced(
    'A target is no longer than the policy allows.',
    'a disk image of 200 GiB',
    'split it, or have root allow it',
  ),
};
