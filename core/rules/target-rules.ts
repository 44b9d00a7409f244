/** The targets that a role lists, and the files behind them. */
import { createHash } from 'node:crypto';
import { isDelegated } from '../metadata/delegation-walk.ts';
import type { Policy } from '../metadata/policy.ts';
import type { DelegatedRole, TargetFile } from '../metadata/tufjs.ts';
import { checkTargetPath } from './path-rules.ts';
import type { LoadedRepository, LoadedRole } from './repository.ts';
import { targetFile, type RepositoryState, type StateEntry } from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

const maxCustomBytes = 16 * 1024;

/** Of a role that changed, or whose delegation did: form of each entry, and that it may be there. */
export function* checkTargets(
  role: LoadedRole,
  repository: LoadedRepository,
  policy: Policy,
): Iterable<RuleFinding> {
  const chain = delegationsTo(role, repository);
  for (const [path, target] of Object.entries(role.document.signed.targets)) {
    yield* checkTargetPath(role.file, path, policy.profile);
    yield* checkEntry(`${role.file}, target ${path}`, target);
    const beyond = chain.find((delegation) => !isDelegated(delegation, path));
    if (beyond !== undefined) {
      const hint = `${beyond.name} has ${(beyond.paths ?? ['other hash prefixes']).join(', ')}`;
      const message = 'the path lies outside what is delegated to the role';
      yield finding('path.outside-delegation', `${role.file}, target ${path}`, message, hint);
    }
  }
}

function delegationsTo(role: LoadedRole, { roles }: LoadedRepository): readonly DelegatedRole[] {
  const chain: DelegatedRole[] = [];
  let at: LoadedRole | undefined = role;
  while (at?.delegation !== undefined) {
    chain.push(at.delegation);
    at = roles.get(at.delegator);
  }
  return chain;
}

function* checkEntry(where: string, target: TargetFile): Iterable<RuleFinding> {
  const { sha256, sha512, ...others } = target.hashes;
  const isHash = (hash: string | undefined, digits: number) =>
    hash?.length === digits && /^[0-9a-f]+$/.test(hash);
  if (!isHash(sha256, 64) || (sha512 !== undefined && !isHash(sha512, 128))) {
    yield finding('target.hashes', where, 'hashes need sha256, in lower-case hex');
  }
  if (Object.keys(others).length > 0) {
    yield finding('target.hashes', where, 'hashes are sha256 and perhaps sha512, nothing else');
  }
  const custom = target.unrecognizedFields['custom'];
  if (custom === undefined) return;
  if (typeof custom !== 'object' || custom === null || Array.isArray(custom)) {
    yield finding('target.custom', where, 'custom must be an object');
  } else if (Buffer.byteLength(JSON.stringify(custom)) > maxCustomBytes) {
    yield finding('target.custom', where, `custom has ${maxCustomBytes} bytes at most`);
  }
}

/** Over the whole repository: no two paths that one file system could not hold side by side. */
export function* checkTargetTwins({ roles }: LoadedRepository): Iterable<RuleFinding> {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const role of roles.values()) {
    for (const path of Object.keys(role.document.signed.targets)) {
      const where = `${role.file}, target ${path}`;
      const folded = path.toLowerCase();
      const twin = files.get(folded);
      if (twin !== undefined && twin !== path) {
        yield finding('path.twin', where, `differs from ${twin} only in case`);
      }
      files.set(folded, path);
      for (const folder of foldersOf(folded)) folders.set(folder, path);
    }
  }
  for (const [folded, path] of files) {
    const inside = folders.get(folded);
    if (inside !== undefined) {
      yield finding('path.folder', targetFile(path), `it is also a folder of ${inside}`);
    }
  }
}

function* foldersOf(path: string): Iterable<string> {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    yield path.slice(0, slash);
  }
}

/** Where the entry or the file changed, the file is there with that length and hash. */
export async function checkTargetFiles(
  before: LoadedRepository | undefined,
  after: LoadedRepository,
  state: RepositoryState,
): Promise<readonly RuleFinding[]> {
  const found: RuleFinding[] = [];
  for (const role of after.roles.values()) {
    const earlier = before?.roles.get(role.name)?.document.signed.targets;
    for (const [path, target] of Object.entries(role.document.signed.targets)) {
      const file = targetFile(path);
      const entry = after.files.get(file);
      const known =
        earlier !== undefined && Object.hasOwn(earlier, path) ? earlier[path] : undefined;
      const isSame = known?.equals(target) === true && before?.files.get(file)?.oid === entry?.oid;
      if (!isSame) {
        found.push(...(await checkFile(`${role.file}, target ${path}`, target, entry, state)));
      }
    }
  }
  return found;
}

async function checkFile(
  where: string,
  target: TargetFile,
  entry: StateEntry | undefined,
  state: RepositoryState,
): Promise<readonly RuleFinding[]> {
  if (entry === undefined) {
    const hint = `add ${targetFile(target.path)} to the push`;
    return [finding('target.missing', where, 'the file itself is not here', hint)];
  }
  const size = await state.size(entry);
  if (size !== target.length) {
    const message = `the file has ${size} bytes, the role says ${target.length}`;
    return [finding('target.length', where, message)];
  }
  const bytes = await state.read(entry);
  const wrong = Object.entries(target.hashes).find(
    ([algorithm, hash]) =>
      /^sha(256|512)$/.test(algorithm) &&
      createHash(algorithm).update(bytes).digest('hex') !== hash,
  );
  if (wrong !== undefined) {
    return [finding('target.hash', where, `the file has another ${wrong[0]} than the role says`)];
  }
  if (Buffer.from(bytes.subarray(0, 40)).toString('latin1').startsWith('version https://git-lfs')) {
    return [finding('target.lfs-pointer', where, 'this is a git-lfs pointer, not the file')];
  }
  return [];
}
