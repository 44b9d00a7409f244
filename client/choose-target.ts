import { isSafeTargetPath } from '../core/metadata/names.ts';
import { onlyArtifact, projectView, resolveRequest, type Version } from './project-view.ts';
import type { TargetInfo } from './target-info.ts';
import type { Updater } from './updater.ts';

/**
 * The target that a person asks for, as target path or as `project[/product][=version]`. A target
 * path loads only the roles on its way; a project's name loads all.
 * @throws `search.not-found`, `client.ambiguous`, and what {@link Updater.refresh} throws
 */
export async function chooseTarget(updater: Updater, request: string): Promise<TargetInfo> {
  const byPath = await targetAt(updater, request);
  return byPath ?? onlyArtifact(await chooseVersion(updater, request), request).target;
}

/** The same, but every artifact of a version that has several. @throws as `chooseTarget` */
export async function chooseTargets(
  updater: Updater,
  request: string,
): Promise<readonly TargetInfo[]> {
  const byPath = await targetAt(updater, request);
  if (byPath !== undefined) return [byPath];
  const { artifacts } = await chooseVersion(updater, request);
  return artifacts.map(({ target }) => target);
}

async function targetAt(updater: Updater, path: string): Promise<TargetInfo | undefined> {
  return isSafeTargetPath(path) ? updater.getTargetInfo(path) : undefined;
}

async function chooseVersion(updater: Updater, request: string): Promise<Version> {
  const { targets } = await updater.listTargets();
  return resolveRequest(projectView(targets), request);
}
