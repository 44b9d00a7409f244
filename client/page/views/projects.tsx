/** Projects: those that verified roles list, and those that delegations name and nobody has looked at. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Audit, AuditReport } from '../audit/index.ts';
import { hrefOf } from '../navigation.ts';
import { FilteredList } from '../parts/filtered-list.tsx';
import { Promised } from '../parts/promised.tsx';
import { knowledgeOf, Mark, Text } from '../parts/text.tsx';
import { knowledgeOfTargets } from './knowledge-of-targets.ts';
import { listedRows, namedRows, type ProjectRow } from './project-rows.ts';
import { Unavailable } from './unavailable.tsx';

interface ProjectsProps {
  readonly audit: Audit;
  readonly report: AuditReport;
}

/** With more roles than this, nothing is fetched until it is looked at. */
const fewRoles = 50;

export function Projects({ audit, report }: ProjectsProps): JSX.Element {
  const versions = report.roles.find(({ role }) => role === 'snapshot')?.versions ?? {};
  const count = Object.keys(versions).length;
  const [isAllWanted, wantAll] = useState(count <= fewRoles);
  return (
    <>
      <h2>Projects</h2>
      <Lookup />
      {isAllWanted ? (
        <Promised ask={() => audit.list()} of="" again={report}>
          {({ targets, unavailable }) => (
            <>
              <Unavailable roles={unavailable} />
              <p>
                <Mark as={knowledgeOfTargets(report)} />
              </p>
              <Rows rows={listedRows(targets)} />
            </>
          )}
        </Promised>
      ) : (
        <Named
          report={report}
          count={count}
          onAll={() => {
            wantAll(true);
          }}
        />
      )}
    </>
  );
}

interface NamedProps {
  readonly report: AuditReport;
  readonly count: number;
  readonly onAll: () => void;
}

function Named({ report, count, onAll }: NamedProps): JSX.Element {
  const targets = report.roles.find(({ role }) => role === 'targets');
  if (targets === undefined) return <p>Nothing has verified yet.</p>;
  return (
    <>
      <p>
        <Mark as={knowledgeOf(targets)} /> These are the projects that the role targets names. There
        are {count} roles, each of which is fetched when it is looked at.{' '}
        <button type="button" onClick={onAll}>
          Fetch all {count}
        </button>
      </p>
      <Rows rows={namedRows(targets)} />
    </>
  );
}

function Rows({ rows }: { readonly rows: readonly ProjectRow[] }): JSX.Element {
  return (
    <FilteredList
      label="Projects"
      items={rows}
      textOf={({ searched }) => searched}
      render={({ name, place, text }) => (
        <div class="line">
          <a href={hrefOf(...place)}>
            <Text of={name} />
          </a>
          <span class="rest">
            <Text of={text} />
          </span>
        </div>
      )}
    />
  );
}

/** Opens what has that path, wherever it is: as a client looks for it. */
function Lookup(): JSX.Element {
  const [text, setText] = useState('');
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = text.trim();
        if (wanted !== '') location.hash = hrefOf('targets', ...wanted.split('/'));
      }}
    >
      <label for="lookup">Path of a file</label>
      <input
        id="lookup"
        value={text}
        autocomplete="off"
        placeholder="project/product/version/file"
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
        }}
      />
      <button type="submit">Look</button>
    </form>
  );
}
