/** What expires next: verified roles by their files, the others by the word of the console. */
import type { JSX } from 'preact';
import type { AuditReport } from '../audit/index.ts';
import { askConsole, type Status } from '../console/answers.ts';
import { Promised } from '../parts/promised.tsx';
import { Expiry } from '../parts/expiry.tsx';
import { knowledgeOf, Mark, Text, type Knowledge } from '../parts/text.tsx';

interface ExpiringProps {
  readonly report: AuditReport;
  readonly hasConsole: boolean;
}

interface Row {
  readonly role: string;
  readonly version: number;
  readonly expires: string;
  readonly known: Knowledge;
  readonly isDue?: boolean;
}

export function Expiring({ report, hasConsole }: ExpiringProps): JSX.Element {
  const verified = report.roles.map((each): Row => {
    const { role, version, expires } = each;
    return { role, version, expires, known: knowledgeOf(each) };
  });
  const ask = async () => {
    if (!hasConsole) return [];
    const { next } = await askConsole<Status>('status?only=next');
    const known = new Set(verified.map(({ role }) => role));
    return next.filter(({ role }) => !known.has(role)).map(displayed);
  };
  return (
    <>
      <h2>What expires next</h2>
      <Promised ask={ask} of="" again={report}>
        {(more) => <ExpiryTable rows={[...verified, ...more]} />}
      </Promised>
    </>
  );
}

function displayed({ role, version, expires, signingDue }: Status['next'][number]): Row {
  return { role, version, expires, known: 'displayed', isDue: signingDue === true };
}

function ExpiryTable({ rows }: { readonly rows: readonly Row[] }): JSX.Element {
  const sorted = rows.toSorted((a, b) => Date.parse(a.expires) - Date.parse(b.expires));
  return (
    <ul class="expiring">
      {sorted.map(({ role, version, expires, known, isDue }) => (
        <li key={role}>
          <strong>
            <Text of={role} />
          </strong>
          <Expiry role={role} version={version} expires={expires} />
          <Mark as={known} />
          {isDue === true && <span>people should sign it now</span>}
        </li>
      ))}
    </ul>
  );
}
