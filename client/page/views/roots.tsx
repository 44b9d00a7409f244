/** Every root from the trusted one on, each verified by the one before. */
import type { JSX } from 'preact';
import type { AuditReport, RootReport } from '../audit/index.ts';
import { Expiry } from '../parts/expiry.tsx';
import { Mark, Name, Text } from '../parts/text.tsx';
import { Signers } from './role-card.tsx';

export function Roots({ report }: { readonly report: AuditReport }): JSX.Element {
  return (
    <>
      <h2>Root history</h2>
      <ol class="vouchers" reversed>
        {report.roots.toReversed().map((root) => (
          <li key={root.version} class="card">
            <h3>Root version {root.version}</h3>
            <Mark as="now" />
            <p>
              SHA-256 <Name of={root.fingerprint} />
            </p>
            <Changes root={root} isTrusted={root === report.roots[0]} />
            <Signers signing={root} />
            {root === report.roots.at(-1) && (
              <Expiry role="root" version={root.version} expires={root.expires} />
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

interface ChangesProps {
  readonly root: RootReport;
  readonly isTrusted: boolean;
}

function Changes({ root: { changes }, isTrusted }: ChangesProps): JSX.Element {
  if (isTrusted) return <p>The one that this page was told to trust.</p>;
  if (changes.length === 0) return <p>Keys and thresholds as before.</p>;
  return (
    <ul>
      {changes.map(({ role, added, removed, threshold: { from, to } }) => (
        <li key={role}>
          {role}: {added.length > 0 && <Text of={`+ ${added.join(', ')} `} />}
          {removed.length > 0 && <Text of={`− ${removed.join(', ')} `} />}
          {from !== to && `threshold ${from} → ${to}`}
        </li>
      ))}
    </ul>
  );
}
