import { isSafeTargetPath } from '../core/metadata/names.ts';
import { onlyArtifact, projectView, resolveRequest } from './project-view.ts';
import type { TargetInfo } from './target-info.ts';
import type { Updater } from './updater.ts';

/**
 * The target that a person asks for, as target path or as `project[/product][=version]`. A target
 * path loads only the roles on its way; a project's name loads all.
 * @throws `search.not-found`, `client.ambiguous`, and what {@link Updater.refresh} throws
 */
export async function chooseTarget(updater: Updater, request: string): Promise<TargetInfo> {
  const byPath = isSafeTargetPath(request) ? await updater.getTargetInfo(request) : undefined;
  if (byPath !== undefined) return byPath;
  const { targets } = await updater.listTargets();
  return onlyArtifact(resolveRequest(projectView(targets), request), request).target;
}
