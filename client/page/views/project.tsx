/** One project: products, their versions from the newest on, and the files of each. */
import type { JSX } from 'preact';
import { projectView, type Audit, type AuditReport, type ProjectView } from '../audit/index.ts';
import { hrefOf } from '../navigation.ts';
import { FilteredList } from '../parts/filtered-list.tsx';
import { Promised } from '../parts/promised.tsx';
import { bytesText, Mark, Text, type Knowledge } from '../parts/text.tsx';
import { knowledgeOfTargets } from './knowledge-of-targets.ts';
import { Unavailable } from './unavailable.tsx';

interface ProjectProps {
  readonly audit: Audit;
  readonly report: AuditReport;
  readonly name: string;
}

export function Project({ audit, report, name }: ProjectProps): JSX.Element {
  return (
    <>
      <h2>
        Project <Text of={name} />
      </h2>
      <Promised ask={() => audit.list({ project: name })} of={name} again={report}>
        {({ targets, unavailable }) => {
          const found = projectView(targets).projects.find((each) => each.name === name);
          return (
            <>
              <Unavailable roles={unavailable} />
              {found === undefined ? (
                <p role="status">No role that may list files of this project does.</p>
              ) : (
                <Files rows={rowsOf(found)} known={knowledgeOfTargets(report)} />
              )}
            </>
          );
        }}
      </Promised>
    </>
  );
}

interface Row {
  readonly product: string;
  readonly version: string;
  readonly isNewest: boolean;
  readonly name: string;
  readonly path: string;
  readonly length: number;
}

interface FilesProps {
  readonly rows: readonly Row[];
  readonly known: Knowledge;
}

function Files({ rows, known }: FilesProps): JSX.Element {
  return (
    <>
      <p>
        <Mark as={known} /> {rows.length === 1 ? '1 file' : `${rows.length} files`}
      </p>
      <FilteredList
        label="Files"
        items={rows}
        textOf={({ path }) => path}
        render={(row) => <FileLine row={row} />}
      />
    </>
  );
}

function FileLine({ row }: { readonly row: Row }): JSX.Element {
  const { product, version, isNewest, name, path, length } = row;
  return (
    <div class="line">
      <a href={hrefOf('targets', ...path.split('/'))}>
        <Text of={product} /> <Text of={version} /> · <Text of={name} />
      </a>
      {isNewest && <span class="rest">newest</span>}
      <span>{bytesText(length)}</span>
    </div>
  );
}

function rowsOf({ products }: ProjectView['projects'][number]): readonly Row[] {
  return products.flatMap((product) =>
    product.versions.flatMap(({ version, artifacts }, at) =>
      artifacts.map(({ name, target: { path, length } }) => {
        return { product: product.name, version, isNewest: at === 0, name, path, length };
      }),
    ),
  );
}
