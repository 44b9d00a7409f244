import type { JSX } from 'preact';
import type { RoleReport } from '../audit/index.ts';
import { hrefOf } from '../navigation.ts';
import { Expiry } from '../parts/expiry.tsx';
import { knowledgeOf, Mark, Name, Text } from '../parts/text.tsx';

interface RoleCardProps {
  readonly report: RoleReport;
}

/** A verified role: its version, whose signatures count and which are there, how long it is good. */
export function RoleCard({ report }: RoleCardProps): JSX.Element {
  const { role, chain, version, expires, versions } = report;
  const vouchedFor = Object.keys(versions).length;
  const isTargets = chain[0] === 'targets';
  return (
    <article class="card">
      <h3>
        {isTargets ? (
          <a href={hrefOf('role', ...chain)}>
            <Text of={role} />
          </a>
        ) : (
          <Text of={role} />
        )}{' '}
        <small>version {version}</small>
      </h3>
      <Mark as={knowledgeOf(report)} />
      <Signers signing={report} />
      {vouchedFor > 0 && (
        <p>
          Says which version is the newest of {vouchedFor === 1 ? '1 role' : `${vouchedFor} roles`}.
        </p>
      )}
      <Expiry role={role} version={version} expires={expires} />
    </article>
  );
}

type Signing = Pick<RoleReport, 'keys' | 'threshold'>;

/** The keys that count for a role, and which of them have signed it. */
export function Signers({ signing }: { readonly signing: Signing }): JSX.Element {
  const { keys, threshold } = signing;
  const signed = keys.filter(({ hasSigned }) => hasSigned).length;
  return (
    <div class="signers">
      <p>
        <strong>
          {signed} of {keys.length}
        </strong>{' '}
        {keys.length === 1 ? 'key has' : 'keys have'} signed, {threshold}{' '}
        {threshold === 1 ? 'is' : 'are'} needed
      </p>
      <ul class="keys">
        {keys.map(({ keyid, owner, scheme, hasSigned }) => (
          <li key={keyid} class={hasSigned ? 'signed' : 'unsigned'}>
            <span aria-hidden="true">{hasSigned ? '✓' : '–'}</span>{' '}
            {owner !== undefined && <Text of={owner} />} <Name of={keyid.slice(0, 8)} />{' '}
            <small>
              <Text of={scheme ?? 'of no known kind'} />
            </small>
            <span class="unseen">{hasSigned ? ' has signed' : ' has not signed'}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
