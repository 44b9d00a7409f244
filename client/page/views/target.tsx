/** One target: what verified metadata says of it, and who vouches for that. */
import type { JSX } from 'preact';
import type { Audit, AuditReport, TargetReport } from '../audit/index.ts';
import { hrefOf } from '../navigation.ts';
import { Promised } from '../parts/promised.tsx';
import { Expiry } from '../parts/expiry.tsx';
import { bytesText, knowledgeOf, Mark, Name, Text } from '../parts/text.tsx';
import { Signers } from './role-card.tsx';

type Covering = NonNullable<TargetReport['vouchers'][number]['delegation']>;

interface TargetProps {
  readonly audit: Audit;
  readonly report: AuditReport;
  readonly path: string;
}

export function Target({ audit, report, path }: TargetProps): JSX.Element {
  return (
    <>
      <h2>
        File <Name of={path} />
      </h2>
      <Promised ask={() => audit.target(path)} of={path} again={report}>
        {(found) =>
          found === undefined ? (
            <p role="status">No role that may list this path does: a client would refuse it.</p>
          ) : (
            <Found found={found} />
          )
        }
      </Promised>
    </>
  );
}

function Found({ found }: { readonly found: TargetReport }): JSX.Element {
  const { info, url, vouchers } = found;
  return (
    <>
      <Mark as={knowledgeOf(found)} />
      <dl class="facts">
        <dt>Size</dt>
        <dd>
          {bytesText(info.length)} ({info.length} bytes)
        </dd>
        {Object.entries(info.hashes).map(([algorithm, digest]) => (
          <div key={algorithm}>
            <dt>
              <Text of={algorithm} />
            </dt>
            <dd>
              <Name of={digest} />
            </dd>
          </div>
        ))}
        {url !== undefined && (
          <>
            <dt>Address</dt>
            <dd>
              <Name of={url} />
            </dd>
          </>
        )}
        <dt>Download</dt>
        <dd>
          <Name of={`tuf-on-git get ${quoted(info.path)}`} />
        </dd>
      </dl>
      <h3>Who vouches for it</h3>
      <ol class="vouchers">
        {vouchers.map(({ role, delegator, delegation, ...signing }, at) => (
          <li key={role} class="card">
            <h4>
              <a href={hrefOf('role', ...info.chain.slice(0, at + 1))}>
                <Text of={role} />
              </a>{' '}
              <small>version {signing.version}</small>
            </h4>
            <p>
              by the word of <Text of={delegator} />
              {delegation !== undefined && (
                <>
                  {' '}
                  for <Name of={coverText(delegation)} />
                </>
              )}
            </p>
            <Signers signing={signing} />
            <Expiry role={role} version={signing.version} expires={signing.expires} />
          </li>
        ))}
      </ol>
    </>
  );
}

function coverText({ paths, pathHashPrefixes, succinctRoles }: Covering): string {
  if (succinctRoles !== undefined) return `its share of 2^${succinctRoles.bitLength} bins`;
  return paths?.join(' ') ?? `hash ${pathHashPrefixes?.join(' ') ?? ''}…`;
}

/** As a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w./+=@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
