/**
 * The view of people who look for a release: a target path `project/product/version/artifact` is an
 * artifact of that version. Other target paths are targets all the same, but no part of this view.
 */
import { fault } from '../core/error/error.ts';
import { notFound } from './not-found.ts';
import type { PathScope } from './path-scope.ts';
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
  const inView = entries.filter(isInView);
  const others = entries.filter((entry) => !isInView(entry));
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

/** The newest version of a project: of the product named like it, else of any. */
export function newestVersion({ name, products }: Project): string | undefined {
  const main = products.find((product) => product.name === name);
  const versions = (main === undefined ? products : [main]).flatMap((product) => product.versions);
  return versions.map(({ version }) => version).toSorted((a, b) => compareVersions(b, a))[0];
}

/** The project of that name. @throws `search.not-found`, with the names that come near */
export function findProject(view: ProjectView, name: string): Project {
  const found = view.projects.find((project) => project.name === name);
  if (found !== undefined) return found;
  const projects = view.projects.map((project) => project.name);
  const products = view.projects.flatMap((project) => project.products.map(fullName(project)));
  const others = view.others.map(({ path }) => path);
  throw notFound({ where: `project ${name}`, name, known: [...projects, ...products, ...others] });
}

/**
 * The product of that name; without one, the product named like its project.
 * @throws `search.not-found`, with the names that come near
 */
export function findProduct(project: Project, name = project.name): Product {
  const found = project.products.find((product) => product.name === name);
  if (found !== undefined) return found;
  const known = project.products.map(fullName(project));
  const wanted = `${project.name}/${name}`;
  throw notFound({ where: `product ${wanted}`, name: wanted, known });
}

/**
 * The version that `project[/product][=version]` asks for: the newest where it names none.
 * @throws `search.not-found`, with the names that come near
 */
export function resolveRequest(view: ProjectView, request: string): Version {
  const { project, product, version } = parseRequest(request);
  return findVersion(findProduct(findProject(view, project), product), version);
}

function findVersion({ name, versions }: Product, version = versions[0]?.version ?? ''): Version {
  const found = versions.find((entry) => entry.version === version);
  if (found !== undefined) return found;
  const known = versions.map((entry) => entry.version);
  throw notFound({ where: `version ${version} of ${name}`, name: version, known });
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

/** What `project[/product][=version]` asks for, or undefined for a text of another form. */
export function scopeOf(request: string): PathScope | undefined {
  const match = /^([^/=]+)(?:\/([^/=]+))?(?:=([^/=]+))?$/.exec(request);
  const [, project, product, version] = match ?? [];
  return project === undefined ? undefined : { project, product, version };
}

/** @throws `search.not-found` for a text of another form */
export function parseRequest(request: string): PathScope {
  const scope = scopeOf(request);
  if (scope !== undefined) return scope;
  throw fault('search.not-found', request, 'no target has this path', { hint: formHint });
}

export const formHint = 'ask for a target path or for PROJECT[/PRODUCT][=VERSION]';

interface Entry {
  readonly target: TargetInfo;
  readonly parts: readonly string[];
}

/** `=` stands between product and version when people ask, so no name that they ask by has one. */
function isInView({ parts }: Entry): boolean {
  return parts.length === 4 && !parts.slice(0, 3).some((part) => part.includes('='));
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

function fullName({ name: project }: Project): (product: Product) => string {
  return ({ name }) => `${project}/${name}`;
}
