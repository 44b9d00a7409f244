/** What `list` shows: of everything the projects, of a project its versions, and so on down. */
import { notFound } from '../../client/not-found.ts';
import {
  findProduct,
  findProject,
  formHint,
  newestVersion,
  projectView,
  resolveRequest,
  scopeOf,
  type Product,
  type Project,
  type ProjectView,
  type Version,
} from '../../client/project-view.ts';
import type { TargetInfo } from '../../client/target-info.ts';
import { counted } from '../terminal/counted.ts';

/** One artifact; `project`, `product` and `version` are empty for a path of another form. */
export interface Artifact {
  readonly project: string;
  readonly product: string;
  readonly version: string;
  readonly artifact: string;
  readonly path: string;
  /** Bytes. */
  readonly length: number;
  readonly hashes: Readonly<Record<string, string>>;
  readonly role: string;
}

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Offer {
  /** Every target that is meant. */
  readonly artifacts: readonly Artifact[];
  /** The same in the form that suits what was asked for. */
  readonly table: Table;
  /** Targets that the table leaves out, because they belong to no project. */
  readonly elsewhere: number;
}

/**
 * @param wanted `project[/product][=version]` or a target path; all without it
 * @throws `search.not-found`, with the names that come near
 */
export function offerOf(targets: readonly TargetInfo[], wanted: string | undefined): Offer {
  const view = projectView(targets);
  if (wanted === undefined) return everything(view);
  const target = targets.find(({ path }) => path === wanted);
  if (target !== undefined) return only(artifactsOf(projectView([target])), targetTable);
  return meantBy(view, wanted);
}

/** Every target by its whole path. */
export function targetTable(artifacts: readonly Artifact[]): Table {
  const rows = artifacts.map(({ path, length, role }) => [path, String(length), role]);
  return { header: ['TARGET PATH', 'BYTES', 'SIGNED BY'], rows };
}

function everything(view: ProjectView): Offer {
  const artifacts = artifactsOf(view);
  if (view.projects.length === 0) return only(artifacts, targetTable);
  return { artifacts, table: projectTable(view.projects), elsewhere: view.others.length };
}

function meantBy(view: ProjectView, wanted: string): Offer {
  const scope = scopeOf(wanted);
  if (scope === undefined) throw noSuchPath(view, wanted);
  const project = findProject(view, scope.project);
  const artifacts = artifactsOf({ projects: [project], others: [] });
  if (scope.version !== undefined) {
    const { name } = findProduct(project, scope.product);
    const version = resolveRequest(view, wanted);
    const isMeant = (row: Artifact) => row.product === name && row.version === version.version;
    return only(artifacts.filter(isMeant), artifactTable);
  }
  if (scope.product === undefined) return only(artifacts, () => versionTable(project.products));
  const product = findProduct(project, scope.product);
  return only(
    artifacts.filter((row) => row.product === product.name),
    artifactTable,
  );
}

function only(
  artifacts: readonly Artifact[],
  table: (artifacts: readonly Artifact[]) => Table,
): Offer {
  return { artifacts, table: table(artifacts), elsewhere: 0 };
}

function noSuchPath(view: ProjectView, wanted: string) {
  const known = artifactsOf(view).map(({ path }) => path);
  return notFound({ where: wanted, name: wanted, known, hint: formHint });
}

function projectTable(projects: readonly Project[]): Table {
  const rows = projects.map((project) => [
    project.name,
    String(project.products.length),
    newestVersion(project) ?? '',
  ]);
  return { header: ['PROJECT', 'PRODUCTS', 'NEWEST'], rows };
}

function versionTable(products: readonly Product[]): Table {
  const rows = products.flatMap(({ name, versions }) =>
    versions.map((version) => [name, version.version, nameOrCount(version)]),
  );
  return { header: ['PRODUCT', 'VERSION', 'ARTIFACT'], rows };
}

function nameOrCount({ artifacts }: Version): string {
  const [first, ...more] = artifacts;
  if (first !== undefined && more.length === 0) return first.name;
  return counted(artifacts.length, 'artifact');
}

function artifactTable(artifacts: readonly Artifact[]): Table {
  const rows = artifacts.map(({ version, artifact, length, role }) => [
    ...[version, artifact],
    ...[String(length), role],
  ]);
  return { header: ['VERSION', 'ARTIFACT', 'BYTES', 'SIGNED BY'], rows };
}

function artifactsOf({ projects, others }: ProjectView): readonly Artifact[] {
  const inProjects = projects.flatMap(({ name: project, products }) =>
    products.flatMap(({ name: product, versions }) =>
      versions.flatMap(({ version, artifacts }) =>
        artifacts.map(({ name, target }) => row({ project, product, version }, name, target)),
      ),
    ),
  );
  const nowhere = { project: '', product: '', version: '' };
  return [...inProjects, ...others.map((target) => row(nowhere, target.path, target))];
}

function row(
  place: Pick<Artifact, 'project' | 'product' | 'version'>,
  artifact: string,
  { path, length, hashes, role }: TargetInfo,
): Artifact {
  return { ...place, artifact, path, length, hashes, role };
}
