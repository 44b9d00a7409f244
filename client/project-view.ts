/**
 * The view of people who look for a release: a target path `project/product/version/artifact` is an
 * artifact of that version. Other target paths are targets all the same, but no part of this view.
 */
import { fault } from '../core/error/error.ts';
import { nearNames } from './near-names.ts';
import type { TargetInfo } from './target-info.ts';
import { compareNatural, compareVersions } from './version-order.ts';

export interface ProjectView {
  readonly projects: readonly Project[];
  readonly others: readonly TargetInfo[];
}

export interface Project {
  readonly name: string;
  readonly products: readonly Product[];
}

export interface Product {
  readonly name: string;
  /** Newest first. */
  readonly versions: readonly Version[];
}

export interface Version {
  readonly version: string;
  readonly artifacts: readonly Artifact[];
}

export interface Artifact {
  readonly name: string;
  readonly target: TargetInfo;
}

export function projectView(targets: readonly TargetInfo[]): ProjectView {
  const entries = targets.map((target) => ({ target, parts: target.path.split('/') }));
  const inView = entries.filter(({ parts }) => parts.length === 4);
  const others = entries.filter(({ parts }) => parts.length !== 4);
  return {
    projects: groups(inView, 0).map(([name, ofProject]) => ({
      name,
      products: groups(ofProject, 1).map(([product, ofProduct]) => ({
        name: product,
        versions: versionsOf(ofProduct),
      })),
    })),
    others: others.map(({ target }) => target).toSorted((a, b) => compareNatural(a.path, b.path)),
  };
}

/** The project of that name. @throws `search.not-found` */
function findProject(view: ProjectView, name: string): Project {
  return named(view.projects, name, `project ${name}`);
}

/** The product of that name; without one, the product named like its project. @throws `search.not-found` */
function findProduct(project: Project, name = project.name): Product {
  return named(project.products, name, `product ${project.name}/${name}`);
}

/**
 * The version that `project[/product][=version]` asks for: the newest where it names none.
 * @throws `search.not-found`, with the names that come near
 */
export function resolveRequest(view: ProjectView, request: string): Version {
  const { project, product, version } = parseRequest(request);
  const found = findProduct(findProject(view, project), product);
  const byName = found.versions.map((entry) => ({ name: entry.version, entry }));
  const newest = byName[0]?.name ?? '';
  return named(byName, version ?? newest, `version ${version ?? newest} of ${found.name}`).entry;
}

/** The artifact of a version that has one. @throws `client.ambiguous`, listing them, otherwise */
export function onlyArtifact({ artifacts }: Version, request: string): Artifact {
  const [first, ...more] = artifacts;
  if (first !== undefined && more.length === 0) return first;
  const paths = artifacts.map(({ target }) => target.path);
  throw fault('client.ambiguous', request, `it has ${artifacts.length} artifacts`, {
    hint: `ask for one of ${paths.join(', ')}`,
  });
}

/** @throws `search.not-found` for a text of another form */
export function parseRequest(request: string): {
  readonly project: string;
  readonly product: string | undefined;
  readonly version: string | undefined;
} {
  const match = /^([^/=]+)(?:\/([^/=]+))?(?:=([^/=]+))?$/.exec(request);
  const [, project, product, version] = match ?? [];
  if (project !== undefined) return { project, product, version };
  throw fault('search.not-found', request, 'no target has this path', {
    hint: 'ask for a target path or for PROJECT[/PRODUCT][=VERSION]',
  });
}

interface Entry {
  readonly target: TargetInfo;
  readonly parts: readonly string[];
}

function versionsOf(entries: readonly Entry[]): readonly Version[] {
  return groups(entries, 2)
    .map(([version, ofVersion]) => ({
      version,
      artifacts: groups(ofVersion, 3).flatMap(([name, same]) =>
        same.map(({ target }) => ({ name, target })),
      ),
    }))
    .toSorted((a, b) => compareVersions(b.version, a.version));
}

/** Entries by one part of their paths, in natural order of that part. */
function groups(
  entries: readonly Entry[],
  part: number,
): readonly (readonly [string, readonly Entry[]])[] {
  const byName = new Map<string, Entry[]>();
  for (const entry of entries) {
    const name = entry.parts[part] ?? '';
    const group = byName.get(name);
    if (group === undefined) byName.set(name, [entry]);
    else group.push(entry);
  }
  return [...byName].toSorted(([a], [b]) => compareNatural(a, b));
}

function named<T extends { readonly name: string }>(
  entries: readonly T[],
  name: string,
  where: string,
): T {
  const found = entries.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  throw notFound(
    where,
    name,
    entries.map((entry) => entry.name),
  );
}

function notFound(where: string, name: string, known: readonly string[]) {
  const near = nearNames(name, known);
  const names = near.length > 0 ? near : known.slice(0, 3);
  const lead = near.length > 0 ? 'did you mean' : 'there is';
  return fault('search.not-found', where, 'the repository has none of this name', {
    ...(names.length === 0 ? {} : { hint: `${lead} ${names.join(', ')}` }),
  });
}
