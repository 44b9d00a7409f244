/** Whether a public file belongs to a generation: asked of its name alone. */
import { searchTarget } from '../../core/metadata/delegation-walk.ts';
import { factsOf } from '../../core/metadata/packed-targets.ts';
import type { TargetFile } from '../../core/metadata/tufjs.ts';
import type { LoadedRepository, LoadedRole } from '../../core/rules/repository.ts';
import type { Generation } from '../record/generation.ts';
import { timestampName } from './public-files.ts';

/** True for what the generation names, and for roots, which stay for good (TUF 1.0.34 §5.3.3). */
export function belongsTo(name: string, generation: Generation): boolean {
  if (name === timestampName) return true;
  const metadata = /^metadata\/(\d+)\.(.+)\.json$/.exec(name);
  if (metadata !== null) {
    const [, version, role = ''] = metadata;
    return role === 'root' || versionOf(role, generation) === Number(version);
  }
  return targetNamed(name, generation.repository) !== undefined;
}

/** The target that clients get under a public name, as its role lists it. */
export function targetNamed(
  name: string,
  repository: LoadedRepository,
): { readonly path: string; readonly target: TargetFile } | undefined {
  const parts = /^targets\/((?:.*\/)?)([0-9a-f]+)\.([^/]+)$/.exec(name);
  if (parts === null) return undefined;
  const [, folder = '', hash = '', base = ''] = parts;
  const path = `${folder}${base}`;
  const target = listed(repository, path);
  return target && Object.values(target.hashes).includes(hash) ? { path, target } : undefined;
}

/** The role that clients find for a target path. */
export function roleListing({ roles }: LoadedRepository, path: string): LoadedRole | undefined {
  const search = searchTarget<LoadedRole['document']>(path);
  let step = search.next();
  while (step.done !== true) {
    const role = roles.get(step.value.role);
    if (role === undefined) return undefined;
    step = search.next(role.document);
  }
  return step.value && roles.get(step.value.role);
}

function listed(repository: LoadedRepository, path: string): TargetFile | undefined {
  const targets = roleListing(repository, path)?.document.signed.targets ?? {};
  return Object.hasOwn(targets, path) ? targets[path] : undefined;
}

function versionOf(role: string, { repository, record }: Generation): number | undefined {
  if (role === 'snapshot') return record.snapshot.signed.version;
  const loaded = repository.roles.get(role);
  return loaded && factsOf(loaded.document).version;
}
