import type { Command } from 'commander';
import type { ProjectView } from '../../client/project-view.ts';
import { fault, line } from '../../core/error/error.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import {
  addRepositoryOption,
  openChosen,
  type TrustedOptions,
} from '../terminal/trusted-option.ts';

interface ListOptions extends TrustedOptions {
  readonly json?: true;
}

/** `list [PROJECT[/PRODUCT]]`: what there is to get, by project, product and version. */
export function register(program: Command, cli: Cli): void {
  const list = addRepositoryOption(program.command('list [wanted]'))
    .description('what the repository offers: all, one PROJECT, or one PROJECT/PRODUCT')
    .option('--json', 'as JSON')
    .action((wanted: string | undefined, options: ListOptions) => run(cli, wanted, options));
  examples(list, 'tuf-on-git list', 'tuf-on-git list example/tool');
}

/** One artifact; `project`, `product` and `version` are empty for a path of another form. */
interface Row {
  readonly project: string;
  readonly product: string;
  readonly version: string;
  readonly artifact: string;
  readonly path: string;
  readonly length: number;
  readonly role: string;
}

async function run(cli: Cli, wanted: string | undefined, options: ListOptions): Promise<void> {
  const { updaterFor } = await import('../../client/trusted-repositories.ts');
  const { projectView } = await import('../../client/project-view.ts');
  const updater = updaterFor(await openChosen(cli, options), { now: cli.now() });
  const { targets, unavailable } = await updater.listTargets();
  const rows = matching(rowsOf(projectView(targets)), wanted);
  if (options.json === true) cli.out.json({ artifacts: rows, unavailable });
  else printRows(cli, rows);
  for (const finding of unavailable) cli.out.warn(line(finding));
}

function rowsOf({ projects, others }: ProjectView): Row[] {
  const inProjects = projects.flatMap(({ name: project, products }) =>
    products.flatMap(({ name: product, versions }) =>
      versions.flatMap(({ version, artifacts }) =>
        artifacts.map(({ name: artifact, target: { path, length, role } }) => ({
          ...{ project, product, version, artifact },
          ...{ path, length, role },
        })),
      ),
    ),
  );
  const elsewhere = others.map(({ path, length, role }) => ({
    ...{ project: '', product: '', version: '', artifact: path },
    ...{ path, length, role },
  }));
  return [...inProjects, ...elsewhere];
}

/** @throws `search.not-found` when something is asked for and not there */
function matching(rows: readonly Row[], wanted: string | undefined): readonly Row[] {
  if (wanted === undefined) return rows;
  const [project, product, ...more] = wanted.split('/');
  if (more.length > 0) {
    throw fault('usage.argument', wanted, 'ask for a PROJECT or a PROJECT/PRODUCT');
  }
  const found = rows.filter(
    (row) => row.project === project && (product === undefined || row.product === product),
  );
  if (found.length > 0) return found;
  throw fault('search.not-found', wanted, 'the repository offers nothing of that name', {
    hint: 'tuf-on-git list shows what it does',
  });
}

function printRows(cli: Cli, rows: readonly Row[]): void {
  if (rows.length === 0) cli.out.say('the repository offers nothing yet');
  cli.out.table(
    ['PROJECT', 'PRODUCT', 'VERSION', 'ARTIFACT', 'BYTES', 'SIGNED BY'],
    rows.map((row) => [
      ...[row.project, row.product, row.version, row.artifact],
      ...[String(row.length), row.role],
    ]),
  );
}
