import type { RuleCode } from '../../error/codes.ts';
import { enforced, type CatalogueEntry } from './entry.ts';

/** How a push, a tree and the bytes of a file are judged. */
export const treeEntries: Readonly<
  Record<Extract<RuleCode, `git.${string}` | `json.${string}`>, CatalogueEntry>
> = {
  'git.ref': enforced(
    'Pushes move `refs/heads/main` and the branches of signing events, `refs/heads/sign/NAME`.',
    'a tag, `refs/replace/*`, `refs/tuf/published`',
    'push to `main`, or to an event',
  ),
  'git.delete': enforced(
    'No push deletes `main`, nor an event, which ends by landing or withdrawal.',
    '`git push origin :main`',
    'for an event: the operator’s `tuf-on-git event withdraw`',
  ),
  'git.force-push': enforced(
    'The new tip follows the old one, on `main` and on an event.',
    '`git push --force` of a rewritten history',
    '`git fetch`, then put your commits on `origin/main`',
  ),
  'git.several-refs': enforced(
    'One ref a push, so that no verdict depends on two.',
    '`git push origin main sign/one`',
    'push them one after the other',
  ),
  'git.merge': enforced(
    'History is linear. On `main` every commit is a version that was valid by itself.',
    'a merge commit',
    'on `main`: rebase onto `origin/main`; on an event: commit onto its tip',
  ),
  'git.unrelated-history': enforced(
    '`main` has one first commit, and an event begins at a commit of `main`.',
    'a history that starts anew',
    'clone the repository and work on that',
  ),
  'git.mode': enforced(
    'Trees hold plain files and folders.',
    'a symbolic link, a submodule',
    'commit the file itself',
  ),
  'git.executable': enforced(
    'Files have no executable bit.',
    'a file of mode 100755',
    '`git update-index --chmod=-x FILE`',
  ),
  'git.name': enforced(
    'Names are UTF-8 in NFC, without control characters and backslashes.',
    'a name with a newline',
    'rename the file',
  ),
  'git.twin': enforced(
    'No two names differ only in case or in Unicode form.',
    '`targets/Demo` beside `targets/demo`',
    'rename one of them',
  ),
  'git.empty-tree': enforced(
    'No folder is empty.',
    'a tree object without entries, made by hand',
    'leave the folder out',
  ),
  'git.ghost-file': enforced(
    'Every file under `metadata/` and `targets/` is named by verified metadata.',
    'a target file that no role lists',
    'sign for it, or drop it',
  ),
  'git.online-file': enforced(
    'Snapshot and timestamp are signed by the daemon and live in its record.',
    '`metadata/timestamp.json` on `main`',
    'drop the file',
  ),
  'git.path-not-allowed': enforced(
    'Outside `metadata/` and `targets/` only what the policy in root allows.',
    '`build.sh` at the top',
    'drop it, or have root allow it',
  ),
  'git.too-large': enforced(
    'Files, and all metadata that one commit changes, have a limit that is asked before they are read.',
    'a file of 300 MiB',
    'use the blob store for large targets',
  ),
  'git.too-many': enforced(
    'A push has at most 1,000 commits.',
    'ten years of history at once',
    'push in parts',
  ),
  'git.rejected': enforced(
    'What a repair took back from `main` does not come back.',
    'a commit on top of one that came past the hook',
    'make the change again on the tip of `main`',
  ),
  'git.log-date': enforced(
    'The server dates the log of a ref: by it versions expire, and events age and land.',
    '`GIT_COMMITTER_DATE` set while pushing over a local path',
    'unset it, and push again',
  ),
  'git.unable': enforced(
    'What the hook cannot judge it refuses.',
    'a missing object, a full disk',
    'tell the operator',
  ),

  'json.utf8': enforced('Metadata is UTF-8 without a byte-order mark.', 'Latin-1', 'save as UTF-8'),
  'json.syntax': enforced(
    'One JSON document and nothing after it, no comments, no trailing commas.',
    '`{"signed": {},}`',
    'let a tool write it',
  ),
  'json.too-deep': enforced(
    'At most 32 levels.',
    'ten thousand opening brackets',
    'flatten `custom`',
  ),
  'json.duplicate-key': enforced(
    'No name twice in an object, not even in another case: some clients take the first, others the last.',
    '`{"version": 1, "Version": 2}`',
    'drop one',
  ),
  'json.number': enforced(
    'Numbers are integers within ±(2^53 − 1), written plainly.',
    '`1.0`, `1e3`, `-0`',
    'write the integer',
  ),
  'json.text': enforced(
    'Text is NFC, without control characters and lone surrogates; the digits of hashes and signatures are not escaped.',
    'a tab in a role name',
    'normalise it; write digits as they are, not as `\\u0061`',
  ),
  'json.key': enforced(
    'Names of fields are ASCII and none of those that JavaScript treats apart; all names sort alike everywhere.',
    '`__proto__`',
    'rename the field',
  ),
  'json.envelope': enforced(
    'A file is exactly `signed` and `signatures`.',
    'a third field beside them',
    'move it into `signed`',
  ),
  'json.shape': enforced(
    'Fields have the types that the specification gives them.',
    '`"threshold": "2"`',
    'give the field that the message names its right type',
  ),
  'json.unknown-field': enforced(
    'Keys, delegations and signatures hold known fields only; keys and roles of root may carry `x-…`.',
    '`"comment"` inside a delegation',
    'move it to `custom` or to `signed`',
  ),
  'json.disagreement': enforced(
    'What the model reads and writes again is what came in.',
    'a field that a library drops',
    'report it: no honest tool should get here',
  ),
};
