/** All that a client does with the targets it trusts, but for the network and the disk. */
import { TufOnGitError } from '../../../../core/error/error.ts';
import { ContentDigest } from '../../../../core/metadata/content.ts';
import { searchTarget } from '../../../../core/metadata/delegation-walk.ts';
import { isSafeTargetPath } from '../../../../core/metadata/names.ts';
import type { TrustedSet, Verified } from '../../../../core/metadata/trusted-set.ts';
import { cacheFileName, flatName } from '../../../../client/file-names.ts';
import { listTargets } from '../../../../client/list-targets.ts';
import { projectView } from '../../../../client/project-view.ts';
import { targetInfo, type TargetInfo } from '../../../../client/target-info.ts';
import { metadataFileUrl, targetFileUrl } from '../../../../client/urls.ts';
import type { FuzzedRole } from './fuzzed-repository.ts';

type Files = Readonly<Record<FuzzedRole, Uint8Array>>;
type TargetsRole = Verified<'targets'>;

const wanted = ['a.txt', 'team/b.txt', 'team/new.txt', 'tool-1x/y.tgz', '__proto__', 'constructor'];

/** @throws faults */
export async function useTargets(set: TrustedSet, files: Files): Promise<void> {
  const load = (role: string, delegator: TargetsRole) => loadRole(set, files, role, delegator);
  const paths = [...wanted, ...Object.keys(set.targets?.signed.targets ?? {})];
  for (const path of paths.filter(isSafeTargetPath)) {
    const found = search(path, set, load);
    if (found !== undefined) useTarget(targetInfo(path, found), set);
  }
  const { targets } = await listTargets(set, (role, delegator) =>
    Promise.resolve(load(role, delegator)),
  );
  projectView(targets);
}

function search(
  path: string,
  set: TrustedSet,
  load: (role: string, delegator: TargetsRole) => TargetsRole,
) {
  const steps = searchTarget<TargetsRole>(path);
  let step = steps.next();
  try {
    while (step.done !== true) {
      const { role, delegator } = step.value;
      const document = delegator === undefined ? set.targets : load(role, delegator);
      if (document === undefined) throw new RangeError('there are no targets to search');
      step = steps.next(document);
    }
  } catch (error) {
    if (error instanceof TufOnGitError) return undefined;
    throw error;
  }
  return step.value;
}

/** Whatever role is asked for, the server has but one file to offer. */
function loadRole(set: TrustedSet, files: Files, role: string, delegator: TargetsRole) {
  metadataFileUrl('http://127.0.0.1/', role, set.metaOf(role)?.version);
  cacheFileName(role);
  return set.delegated(role, delegator) ?? set.updateDelegatedTargets(files.team, role, delegator);
}

function useTarget(info: TargetInfo, { root }: TrustedSet): void {
  new URL(targetFileUrl('http://127.0.0.1/', info, root.signed.consistentSnapshot));
  flatName(info.path);
  try {
    new ContentDigest(info.hashes, info.path).matches();
  } catch (error) {
    if (!(error instanceof TufOnGitError)) throw error;
  }
}
