/** What expires next: verified roles by their files, the others by the word of the console. */
import type { JSX } from 'preact';
import type { AuditReport } from '../audit/index.ts';
import { askConsole, type Status } from '../console/answers.ts';
import { Promised } from '../parts/promised.tsx';
import { Mark, Text } from '../parts/text.tsx';
import { Expiry } from '../parts/time.tsx';

interface ExpiringProps {
  readonly report: AuditReport;
  readonly hasConsole: boolean;
}

interface Row {
  readonly role: string;
  readonly expires: string;
  readonly verified: boolean;
  readonly isDue?: boolean;
}

export function Expiring({ report, hasConsole }: ExpiringProps): JSX.Element {
  const verified = report.roles.map(({ role, expires }) => ({ role, expires, verified: true }));
  const ask = async () => {
    if (!hasConsole) return [];
    const { next } = await askConsole<Status>('status?only=next');
    const known = new Set(verified.map(({ role }) => role));
    return next.filter(({ role }) => !known.has(role)).map(displayed);
  };
  return (
    <>
      <h2>What expires next</h2>
      <Promised ask={ask} of={[report]}>
        {(more) => <ExpiryTable rows={[...verified, ...more]} />}
      </Promised>
    </>
  );
}

function displayed({ role, expires, signingDue }: Status['next'][number]): Row {
  return { role, expires, verified: false, isDue: signingDue === true };
}

function ExpiryTable({ rows }: { readonly rows: readonly Row[] }): JSX.Element {
  const sorted = rows.toSorted((a, b) => Date.parse(a.expires) - Date.parse(b.expires));
  return (
    <ul class="expiring">
      {sorted.map(({ role, expires, verified, isDue }) => (
        <li key={role}>
          <strong>
            <Text of={role} />
          </strong>
          <Expiry expires={expires} />
          <Mark verified={verified} />
          {isDue === true && <span>people should sign it now</span>}
        </li>
      ))}
    </ul>
  );
}
