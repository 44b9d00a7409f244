/** The targets that a role lists. */
import { isDelegated } from '../metadata/delegation-walk.ts';
import type { Policy } from '../metadata/policy.ts';
import type { DelegatedRole, TargetFile } from '../metadata/tufjs.ts';
import type { Affected } from './affected/affected.ts';
import { hasOtherPaths } from './affected/other-delegation.ts';
import { delegationsTo } from './entries.ts';
import { checkTargetPath } from './path-rules.ts';
import type { LoadedRole } from './repository.ts';
import { finding, type RuleFinding } from './verdict.ts';

const maxCustomBytes = 16 * 1024;

/**
 * The form of entries that came or changed, or of all where the delegations to their role did; and
 * that they may be there.
 */
export function* checkTargets(
  role: LoadedRole,
  affected: Affected,
  policy: Policy,
): Iterable<RuleFinding> {
  const set = affected.isTip ? undefined : affected.changed.get(role.name)?.entries().set;
  const targets = role.document.signed.targets;
  const isAll = hasOtherPaths(affected, role);
  const chain = delegationsTo(role, affected.repository.roles);
  for (const path of isAll ? Object.keys(targets) : (set ?? [])) {
    const target = targets[path];
    if (target === undefined) continue;
    yield* checkTargetPath(role.file, path, policy.profile);
    yield* checkEntry(`${role.file}, target ${path}`, target, policy);
    const isOwn = set?.has(path) === true;
    if (isOwn || policy.clients.includes('tough')) yield* checkPlace(role, path, chain, isOwn);
  }
}

/** Tough refuses a whole role for one entry outside; the others only do not find it. */
function* checkPlace(
  role: LoadedRole,
  path: string,
  chain: readonly DelegatedRole[],
  isOwn: boolean,
): Iterable<RuleFinding> {
  const beyond = chain.find((delegation) => !isDelegated(delegation, path));
  if (beyond === undefined) return;
  const has = `${beyond.name} has ${(beyond.paths ?? ['other hash prefixes']).join(', ')}`;
  const wayOut = 'replace its key and sign the next version in the same push, or remove the role';
  const message = 'the path lies outside what is delegated to the role';
  const where = `${role.file}, target ${path}`;
  yield finding('path.outside-delegation', where, message, isOwn ? has : wayOut);
}

function* checkEntry(
  where: string,
  target: TargetFile,
  { maxTargetBytes }: Policy,
): Iterable<RuleFinding> {
  if (target.length > maxTargetBytes) {
    const message = `${target.length} bytes; at most ${maxTargetBytes}`;
    const hint = 'split it, or raise maxTargetBytes in the policy of root';
    yield finding('size.target', where, message, hint);
  }
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
