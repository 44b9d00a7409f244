/** The files behind the targets that roles list: in the tree, else among the blobs. */
import { createHash } from 'node:crypto';
import { isDelegated } from '../metadata/delegation-walk.ts';
import type { DelegatedRole, TargetFile } from '../metadata/tufjs.ts';
import type { Affected } from './affected/affected.ts';
import { pathsInForce } from './entries.ts';
import type { LoadedRole } from './repository.ts';
import {
  targetFile,
  targetOf,
  type RepositoryState,
  type StateChange,
  type TargetBlobs,
} from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

/**
 * Where the entry or the file changed, the file is there with that length and hash; and where an entry
 * comes into force by a change of delegations, for until then its file was nobody's concern.
 */
export async function checkTargetFiles(
  affected: Affected,
  after: RepositoryState,
  changes: readonly StateChange[],
  blobs: TargetBlobs | undefined,
): Promise<readonly RuleFinding[]> {
  const { repository, changed, policy } = affected;
  const { roles } = repository;
  const found: RuleFinding[] = [];
  const touched = new Set(changes.flatMap(({ path }) => targetOf(path ?? '') ?? []));
  for (const role of roles.values()) {
    const { file, document } = role;
    const set = changed.get(role.name)?.entries().set;
    const wasInForce = coverBefore(role, affected);
    for (const path of pathsInForce(role, roles, policy)) {
      const target = document.signed.targets[path];
      const isTouched = set?.has(path) === true || touched.has(path) || !wasInForce(path);
      if (target === undefined || !isTouched) continue;
      found.push(...(await checkFile(`${file}, target ${path}`, target, after, blobs)));
    }
  }
  return found;
}

/** Whether the delegations to a role that changed covered a path before, its own and those above. */
function coverBefore(
  role: LoadedRole,
  { repository: { roles }, changed }: Affected,
): (path: string) => boolean {
  const before: (DelegatedRole | undefined)[] = [];
  for (let at: LoadedRole | undefined = role; at !== undefined; at = roles.get(at.delegator)) {
    const change = changed.get(at.delegator)?.delegations().get(at.name);
    if (change?.changesPaths === true) before.push(change.before);
  }
  return (path) => before.every((was) => was !== undefined && isDelegated(was, path));
}

async function checkFile(
  where: string,
  target: TargetFile,
  state: RepositoryState,
  blobs: TargetBlobs | undefined,
): Promise<readonly RuleFinding[]> {
  const entry = await state.find(targetFile(target.path));
  if (entry === undefined) return checkBlob(where, target, blobs);
  const size = await state.size(entry);
  if (size !== target.length) return [wrongLength(where, target, size)];
  const bytes = await state.read(entry);
  const wrong = await wrongHash(target, Object.keys(target.hashes), [bytes]);
  if (wrong !== undefined) return [hashFinding(where, wrong)];
  if (Buffer.from(bytes.subarray(0, 40)).toString('latin1').startsWith('version https://git-lfs')) {
    return [finding('target.lfs-pointer', where, 'this is a git-lfs pointer, not the file')];
  }
  return [];
}

/** A blob is found by its SHA-256, which was measured when it came; other hashes are measured here. */
async function checkBlob(
  where: string,
  target: TargetFile,
  blobs: TargetBlobs | undefined,
): Promise<readonly RuleFinding[]> {
  const { sha256 = '', ...others } = target.hashes;
  const blob = /^[0-9a-f]{64}$/.test(sha256) ? await blobs?.find(sha256) : undefined;
  if (blobs === undefined || blob === undefined) {
    const hint = `add ${targetFile(target.path)} to the push`;
    return [finding('target.missing', where, 'the file itself is not here', hint)];
  }
  if (blob.length !== target.length) return [wrongLength(where, target, blob.length)];
  const names = Object.keys(others);
  const wrong =
    names.length === 0 ? undefined : await wrongHash(target, names, blobs.stream(sha256));
  return wrong === undefined ? [] : [hashFinding(where, wrong)];
}

function wrongLength(where: string, { length }: TargetFile, size: number): RuleFinding {
  return finding('target.length', where, `the file has ${size} bytes, the role says ${length}`);
}

function hashFinding(where: string, algorithm: string): RuleFinding {
  return finding('target.hash', where, `the file has another ${algorithm} than the role says`);
}

/** The first of these algorithms by which the content is another; unknown ones are judged elsewhere. */
async function wrongHash(
  { hashes }: TargetFile,
  algorithms: readonly string[],
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<string | undefined> {
  const known = algorithms.filter((name) => /^sha(256|512)$/.test(name));
  const digests = known.map((name) => ({ name, hash: createHash(name) }));
  for await (const chunk of content) for (const { hash } of digests) hash.update(chunk);
  return digests.find(({ name, hash }) => hash.digest('hex') !== hashes[name])?.name;
}
