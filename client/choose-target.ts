/** What a person asks for, among the targets of a repository. */
import { isSafeTargetPath } from '../core/metadata/names.ts';
import type { Listing } from './list-targets.ts';
import { notFound, searchAmong } from './not-found.ts';
import { formHint, onlyArtifact, projectView, resolveRequest, scopeOf } from './project-view.ts';
import type { Version } from './project-view.ts';
import type { TargetInfo } from './target-info.ts';
import type { Updater } from './updater.ts';

/**
 * The target that a person asks for, as target path or as `project[/product][=version]`. A target
 * path loads only the roles on its way, a project's name those that may list something of it.
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

/** What there is of a project, by `project[/product][=version]`; everything where that is nothing. */
export async function listWanted(updater: Updater, request: string | undefined): Promise<Listing> {
  const scope = request === undefined ? undefined : scopeOf(request);
  const listing = scope && (await updater.listTargets({ project: scope.project }));
  return listing === undefined || listing.targets.length === 0 ? updater.listTargets() : listing;
}

async function targetAt(updater: Updater, path: string): Promise<TargetInfo | undefined> {
  return isSafeTargetPath(path) ? updater.getTargetInfo(path) : undefined;
}

/**
 * A version by name, or the newest. The newest is only known where every role that may list one
 * could be read: who keeps a role back must not make an old version the newest.
 */
async function chooseVersion(updater: Updater, request: string): Promise<Version> {
  const { project, product = project, version } = scopeOf(request) ?? {};
  if (project === undefined) return amongAll(updater, request);
  const { targets, unavailable } = await updater.listTargets({ project, product, version });
  const [hidden] = unavailable;
  if (hidden !== undefined && version === undefined) throw hidden;
  if (targets.length === 0) return amongAll(updater, request);
  return resolveRequest(projectView(targets), request);
}

/** A repository with more roles is not read whole for the sake of an error message. */
const mostRolesRead = 256;

/** Nothing bears the name, and all that there is may say what was meant. */
async function amongAll(updater: Updater, request: string): Promise<Version> {
  const { snapshot } = await updater.trusted();
  const isLarge = Object.keys(snapshot?.signed.meta ?? {}).length > mostRolesRead;
  if (isLarge) throw notFound({ ...named(request), known: [], hint: listHint });
  const { targets, unavailable } = await updater.listTargets();
  return searchAmong(unavailable, () => {
    if (scopeOf(request) !== undefined) return resolveRequest(projectView(targets), request);
    const known = targets.map(({ path }) => path);
    throw notFound({ ...named(request), known, hint: formHint });
  });
}

const listHint = 'tuf-on-git list shows what there is';

function named(request: string) {
  return { where: request, name: request };
}
