/** Projects, products and versions, from roles that were verified; and a search among them. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { projectView, type Audit, type AuditReport, type ProjectView } from '../audit/index.ts';
import { hrefOf } from '../navigation.ts';
import { Promised } from '../parts/promised.tsx';
import { Mark, Text, bytesText } from '../parts/text.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';

interface TargetsProps {
  readonly audit: Audit;
  readonly report: AuditReport;
}

/** With more roles than this, nothing is fetched until it is asked for. */
const fewRoles = 50;

export function Targets({ audit, report }: TargetsProps): JSX.Element {
  const roles = report.roles.find(({ role }) => role === 'snapshot')?.versions ?? {};
  const count = Object.keys(roles).length;
  const [isAllWanted, wantAll] = useState(count <= fewRoles);
  const [project, setProject] = useState<string>();
  const scope = project === undefined ? undefined : { project };
  return (
    <>
      <h2>Projects</h2>
      <Lookup
        onProject={(name) => {
          setProject(name);
        }}
        needsName={!isAllWanted}
      />
      {isAllWanted || project !== undefined ? (
        <Promised ask={() => audit.list(isAllWanted ? undefined : scope)} of={[report, project]}>
          {({ targets, unavailable }) => (
            <>
              {unavailable.length > 0 && (
                <p role="status">
                  {unavailable.length} roles could not be verified: what they list is not shown.
                </p>
              )}
              <Listing view={projectView(targets)} />
            </>
          )}
        </Promised>
      ) : (
        <p>
          There are {count} roles, which are fetched when they are looked at. Name a project or a
          path above, or{' '}
          <button
            type="button"
            onClick={() => {
              wantAll(true);
            }}
          >
            fetch and verify all {count}
          </button>
        </p>
      )}
    </>
  );
}

interface LookupProps {
  readonly needsName: boolean;
  readonly onProject: (name: string) => void;
}

/** Opens what has that path, or the project of that name. */
function Lookup({ needsName, onProject }: LookupProps): JSX.Element {
  const [text, setText] = useState('');
  const open = () => {
    const wanted = text.trim();
    if (wanted.includes('/')) location.hash = hrefOf('targets', ...wanted.split('/'));
    else if (needsName && wanted !== '') onProject(wanted);
  };
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        open();
      }}
    >
      <label for="lookup">
        {needsName ? 'A project, or the path of a file' : 'Path of a file'}
      </label>
      <input
        id="lookup"
        value={text}
        autocomplete="off"
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
        }}
      />
      <button type="submit">Look</button>
    </form>
  );
}

interface Row {
  readonly path: string;
  readonly text: string;
  readonly length: number;
}

function Listing({ view }: { readonly view: ProjectView }): JSX.Element {
  const [wanted, setWanted] = useState('');
  const rows = rowsOf(view).filter(({ path }) => path.includes(wanted));
  return (
    <>
      <div class="search">
        <label for="narrow">Show those with</label>
        <input
          id="narrow"
          type="search"
          value={wanted}
          onInput={({ currentTarget }) => {
            setWanted(currentTarget.value);
          }}
        />
      </div>
      <p role="status">
        {rows.length} files in {view.projects.length} projects <Mark verified />
      </p>
      <VirtualList label="Files" items={rows} render={(row) => <RowLine row={row} />} />
    </>
  );
}

function RowLine({ row: { path, text, length } }: { readonly row: Row }): JSX.Element {
  return (
    <div class="line">
      <a href={hrefOf('targets', ...path.split('/'))}>
        <Text of={path} />
      </a>
      <span class="rest">
        <Text of={text} />
      </span>
      <span>{bytesText(length)}</span>
    </div>
  );
}

function rowsOf({ projects, others }: ProjectView): readonly Row[] {
  const inProjects = projects.flatMap((project) =>
    project.products.flatMap((product) =>
      product.versions.flatMap(({ version, artifacts }) =>
        artifacts.map(({ target: { path, length } }) => {
          return { path, length, text: `${project.name} · ${product.name} · ${version}` };
        }),
      ),
    ),
  );
  const outside = others.map(({ path, length }) => ({ path, length, text: 'in no project' }));
  return [...inProjects, ...outside];
}
