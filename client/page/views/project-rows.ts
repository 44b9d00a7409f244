/** The list of projects, from what has been fetched. */
import { newestVersion, projectView, type Listing, type RoleReport } from '../audit/index.ts';

export interface ProjectRow {
  readonly name: string;
  /** Where in the page: a view and its parts. */
  readonly place: readonly [string, ...string[]];
  readonly text: string;
  /** What a search looks in: names, and paths where they are known. */
  readonly searched: string;
}

/** Projects by what they list, files of none after them. */
export function listedRows(targets: Listing['targets']): readonly ProjectRow[] {
  const { projects, others } = projectView(targets);
  const rows = projects.map((project): ProjectRow => {
    const { name, products } = project;
    const paths = products.flatMap(({ versions }) =>
      versions.flatMap(({ artifacts }) => artifacts.map(({ target }) => target.path)),
    );
    const text = `${counted(products.length, 'product')} · ${counted(paths.length, 'file')} · newest ${newestVersion(project) ?? ''}`;
    return { name, place: ['project', name], text, searched: [name, ...paths].join('\n') };
  });
  return [...rows, ...others.map(({ path }) => fileRow(path))];
}

/** Projects by what delegations of targets cover, and by what targets lists itself. */
export function namedRows({ targets, delegations }: RoleReport): readonly ProjectRow[] {
  const rows = new Map<string, ProjectRow>();
  const add = (row: ProjectRow) => {
    if (!rows.has(row.name)) rows.set(row.name, row);
  };
  for (const { role, paths = [] } of delegations) {
    for (const name of paths.flatMap(projectOf)) {
      const text = `role ${role}`;
      add({ name, place: ['project', name], text, searched: `${name}\n${role}` });
    }
  }
  for (const path of targets) {
    const [name] = projectOf(path);
    if (name === undefined) add(fileRow(path));
    else add({ name, place: ['project', name], text: 'role targets', searched: name });
  }
  return [...rows.values()];
}

function fileRow(path: string): ProjectRow {
  return {
    name: path,
    place: ['targets', ...path.split('/')],
    text: 'in no project',
    searched: path,
  };
}

/** None where a pattern leaves open which project. */
function projectOf(pattern: string): readonly string[] {
  const parts = pattern.split('/');
  const [name = ''] = parts;
  return parts.length === 4 && !/[*?[\]]/.test(name) ? [name] : [];
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
