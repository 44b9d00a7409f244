/** Every file under `metadata/` and `targets/` is named by verified metadata. */
import type { Policy } from '../metadata/policy.ts';
import type { LoadedRepository } from './repository.ts';
import { roleFile, rootFile, targetFile } from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

export function* checkClosedWorld(
  repository: LoadedRepository,
  policy: Policy,
): Iterable<RuleFinding> {
  const named = namedFiles(repository);
  const newest = repository.root.signed.version;
  for (const path of repository.files.keys()) {
    if (named.has(path) || isRootVersion(path, newest)) continue;
    if (!policy.allowedPaths.includes(path)) yield stranger(path);
  }
}

function namedFiles({ roles }: LoadedRepository): ReadonlySet<string> {
  const named = new Set([rootFile]);
  for (const role of roles.values()) {
    named.add(roleFile(role.name));
    for (const path of Object.keys(role.document.signed.targets)) named.add(targetFile(path));
  }
  return named;
}

/** Whether all versions are there is the business of the rules of root. */
function isRootVersion(path: string, newest: number): boolean {
  const version = /^metadata\/root_history\/([1-9]\d*)\.root\.json$/.exec(path)?.[1];
  return version !== undefined && Number(version) <= newest;
}

function stranger(path: string): RuleFinding {
  if (/^metadata\/(\d+\.)?(snapshot|timestamp)\.json$/.test(path)) {
    return finding('git.online-file', path, 'snapshot and timestamp are the daemon’s to sign');
  }
  if (/^(metadata|targets)\//.test(path)) {
    return finding('git.ghost-file', path, 'no metadata names this file', 'sign for it or drop it');
  }
  return finding('git.path-not-allowed', path, 'the policy in root does not allow this path');
}
