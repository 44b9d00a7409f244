/** What wishes come to on a given main: new versions of roles, and the files that go with them. */
import { createReadStream } from 'node:fs';
import { fault } from '../../core/error/error.ts';
import { editTargets } from '../../core/metadata/draft.ts';
import { checkTargetPath } from '../../core/rules/path-rules.ts';
import { targetFile, type TargetBlobs } from '../../core/rules/state.ts';
import type { Base } from '../workspace/base.ts';
import { belongsInBlobs } from '../workspace/blobs.ts';
import { draftsOf, type Draft } from '../workspace/drafts.ts';
import { redraft, repositoryWith, type Redraft } from '../workspace/redraft.ts';
import { gateRefusals } from '../workspace/local-verdict.ts';
import type { OwnKey } from '../workspace/own-keys.ts';
import { roleForPath } from '../workspace/place-target.ts';
import type { Project } from '../workspace/project.ts';
import { refuseFindings } from '../workspace/refuse.ts';
import { readSourceFile } from '../workspace/target-file.ts';
import { transitionFrom, type FileChanges } from '../workspace/transition.ts';
import type { Wish } from './wishes.ts';

export interface Placing {
  /** The role to list everything in, where the keys do not say which. */
  readonly role: string | undefined;
  readonly keys: readonly OwnKey[];
}

export interface UploadChange {
  readonly base: Base;
  /** Not signed yet; none when main says all of it already. */
  readonly drafts: readonly Draft[];
  /** Target files that git is to hold, or to hold no more, by path in the tree. */
  readonly files: FileChanges;
  /** What the blob store is to hold. */
  readonly blobs: readonly Wish[];
}

/**
 * @throws `path.form`, what `roleForPath` throws, `target.hash` for a file that has changed since it
 *   was wished for, and what the gate will refuse
 */
export async function changeOnto(
  project: Project,
  base: Base,
  wishes: readonly Wish[],
  placing: Placing,
): Promise<UploadChange> {
  const edits = editsFor(project, base, wishes, placing);
  const repository = await repositoryWith({ files: base.files, base }, edits);
  const drafts = draftsOf(base, repository);
  const open = wishes.filter((wish) => !isListed(base, wish));
  const blobs = open.filter(({ length }) => belongsInBlobs(project, length));
  const files = await filesOf(project, base, open, blobs);
  const change = { base, drafts, files, blobs };
  if (drafts.length > 0) refuseFindings(await verdictOn(project, change, edits));
  return change;
}

function editsFor(
  project: Project,
  base: Base,
  wishes: readonly Wish[],
  { role, keys }: Placing,
): readonly Redraft[] {
  const { repository, policy } = base;
  const byRole = new Map<string, Wish[]>();
  for (const wish of wishes) {
    refuseFindings(checkTargetPath(targetFile(wish.target), wish.target, policy.profile));
    const { name } = roleForPath(repository, wish.target, role, keys);
    byRole.set(name, [...(byRole.get(name) ?? []), wish]);
  }
  return [...byRole].flatMap(([name, own]) => {
    const edit = redraft(
      { base, repository },
      name,
      (signed) =>
        editTargets(
          signed,
          own.map((wish) => [wish.target, wish] as const),
        ),
      project.now,
    );
    return edit === undefined ? [] : [edit];
  });
}

/** True when main lists exactly this file under the path. */
function isListed({ repository }: Base, { target, length, sha256 }: Wish): boolean {
  return [...repository.roles.values()].some(({ document }) => {
    const entry = document.signed.targets[target];
    return entry?.length === length && entry.hashes['sha256'] === sha256;
  });
}

async function filesOf(
  { git }: Project,
  base: Base,
  wishes: readonly Wish[],
  blobs: readonly Wish[],
): Promise<FileChanges> {
  const files = new Map<string, Uint8Array | undefined>();
  for (const wish of wishes) {
    const path = targetFile(wish.target);
    if (!blobs.includes(wish)) files.set(path, await bytesOf(wish));
    else if ((await git.readAt(base.commit, path)) !== undefined) files.set(path, undefined);
  }
  return files;
}

async function bytesOf({ source, sha256 }: Wish): Promise<Uint8Array> {
  const now = await readSourceFile(source);
  if (now.sha256 === sha256) return now.bytes;
  throw fault('target.hash', source, 'the file has changed since it was read first', {
    hint: 'run the command again when nobody writes to it',
  });
}

async function verdictOn(
  project: Project,
  { base, files, blobs }: Omit<UploadChange, 'drafts'>,
  edits: readonly Redraft[],
) {
  const all = new Map([...edits.map(({ file, bytes }) => [file, bytes] as const), ...files]);
  const transition = await transitionFrom(project.git, base, all);
  return gateRefusals(project, transition, base.cache, blobsOf(blobs));
}

/** The blob store as it will be when everything is sent. */
function blobsOf(wishes: readonly Wish[]): TargetBlobs {
  const known = new Map(wishes.map((wish) => [wish.sha256, wish]));
  return {
    find: (sha256) => Promise.resolve(known.get(sha256)),
    stream: (sha256) => {
      const wish = known.get(sha256);
      if (wish !== undefined) return createReadStream(wish.source);
      throw new RangeError(`nobody wished for ${sha256}`);
    },
  };
}
