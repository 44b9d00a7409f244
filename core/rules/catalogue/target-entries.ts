import type { RuleCode } from '../../error/codes.ts';
import { enforced, notYet, type CatalogueEntry } from './entry.ts';

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
    'Patterns are names, `*` and `?` within a segment.',
    '`**/*`, `{a,b}`, `[a-z]`',
    'write several patterns',
  ),
  'path.outside-delegation': enforced(
    'A role lists only targets that every delegation on the way to it matches.',
    'alice’s role lists `bobs-project/…`',
    'have the role that owns the path sign for it',
  ),
  'path.shadowed': notYet(
    'A new entry is the one that clients find.',
    'an entry behind a terminating delegation',
    'list it in the role that is found first',
  ),
  'path.shadows': notYet(
    'A new entry does not take the place of another role’s.',
    'the same path in an earlier role',
    'have the other role remove it first',
  ),
  'path.now-shadowed': notYet(
    'A change of delegations put these entries out of reach (a notice).',
    'paths taken from a role',
    'remove the entries',
  ),

  'delegation.form': enforced(
    'Delegations are well-formed.',
    'a hash prefix `XY`',
    'let `tuf-on-git role add` write the delegation',
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
  'size.snapshot': notYet(
    'The next snapshot stays within what clients take.',
    '100,000 roles',
    'fewer roles',
  ),
};
