/** The chain of trust: root says whose keys count, and what they signed leads to the targets. */
import type { JSX } from 'preact';
import type { AuditReport, DelegationReport, RoleReport } from '../audit/index.ts';
import { hrefOf } from '../navigation.ts';
import { FilteredList } from '../parts/filtered-list.tsx';
import { bytesText, Name, Text } from '../parts/text.tsx';
import { RoleCard } from './role-card.tsx';

interface ChainProps {
  readonly report: AuditReport;
}

export function Chain({ report: { roles } }: ChainProps): JSX.Element {
  const of = (name: string) => roles.find(({ role }) => role === name);
  const [root, targets] = [of('root'), of('targets')];
  const others = ['timestamp', 'snapshot', 'targets'].flatMap((name) => of(name) ?? []);
  return (
    <>
      <h2>Chain of trust</h2>
      <p>
        Root names the keys of the other roles. The timestamp vouches for the newest snapshot, the
        snapshot for the version of every role, and targets for files or for other roles.
      </p>
      <div class="picture">
        {root && <RoleCard report={root} />}
        <p class="arrow">names the keys of</p>
        <div class="row">
          {others.map((report) => (
            <RoleCard key={report.role} report={report} />
          ))}
        </div>
        {targets && targets.delegations.length > 0 && (
          <>
            <p class="arrow">targets delegates to</p>
            <Delegations report={targets} />
          </>
        )}
      </div>
    </>
  );
}

/** The roles that a role trusts: who may sign them and how many must, for which paths. */
function Delegations({ report }: { readonly report: RoleReport }): JSX.Element {
  return (
    <FilteredList
      label={`Delegations of ${report.role}`}
      items={report.delegations}
      textOf={({ role, owners, paths = [] }) => [role, ...owners, ...paths].join('\n')}
      render={(delegation) => <Delegation chain={report.chain} delegation={delegation} />}
    />
  );
}

interface DelegationProps {
  readonly chain: readonly string[];
  readonly delegation: DelegationReport;
}

function Delegation({ chain, delegation }: DelegationProps): JSX.Element {
  const { role, owners, threshold, terminating } = delegation;
  const paths = delegation.paths ?? delegation.pathHashPrefixes?.map((each) => `hash ${each}…`);
  return (
    <div class="line">
      <a href={hrefOf('role', ...chain, role)}>
        <Text of={role} />
      </a>
      <span>
        {threshold} of {owners.length}: <Text of={owners.join(', ')} />
      </span>
      <span class="rest">
        <Name of={paths?.join(' ') ?? 'a bin of path hashes'} />
        {terminating ? ' · terminating' : ''}
      </span>
    </div>
  );
}

/** One targets role, fetched and verified because somebody looks at it. */
export function RoleView({ report }: { readonly report: RoleReport }): JSX.Element {
  const { chain, role, length, targets, delegations, delegator } = report;
  return (
    <>
      <h2>
        Role <Text of={role} />
      </h2>
      <nav aria-label="Delegations to this role">
        <ol class="path">
          {chain.map((name, at) => (
            <li key={name}>
              <a href={hrefOf('role', ...chain.slice(0, at + 1))}>
                <Text of={name} />
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <div class="picture">
        <RoleCard report={report} />
      </div>
      <p>
        <Text of={delegator} /> says whose keys count for it. Its file has {bytesText(length)}.
      </p>
      <h3>Files ({targets.length})</h3>
      <FilteredList
        label="Files"
        items={targets}
        textOf={(path) => path}
        render={(path) => <TargetLine path={path} />}
      />
      <h3>Delegations ({delegations.length})</h3>
      <Delegations report={report} />
    </>
  );
}

function TargetLine({ path }: { readonly path: string }): JSX.Element {
  return (
    <div class="line">
      <a href={hrefOf('targets', ...path.split('/'))}>
        <Text of={path} />
      </a>
    </div>
  );
}
