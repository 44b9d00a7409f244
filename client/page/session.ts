/** The repository that is looked at, and what has verified of it so far. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Finding } from '../../core/error/error.ts';
import { fetchBytes } from '../fetch-bytes.ts';
import { defaultLimits } from '../limits.ts';
import { defaultRetry } from '../retry.ts';
import { baseUrl, metadataFileUrl } from '../urls.ts';
import { Audit, webFetcher, type AuditReport } from './audit/index.ts';
import { reasonOf } from './parts/promised.tsx';
import { useTicks } from './parts/time.tsx';

export interface Source {
  readonly metadataUrl: string;
  readonly targetsUrl: string;
  readonly root: Uint8Array;
  /** How this browser came to trust that root, in words. */
  readonly trust: string;
}

export interface Verification {
  readonly audit: Audit;
  readonly report: AuditReport | undefined;
  /** Why the last verification failed, though what the report has verified before. */
  readonly refusal: Finding | string | undefined;
  readonly isWorking: boolean;
  readonly verify: () => void;
}

/** What nobody tells of, a server that is tampered with or a role that expires, is found so often. */
const verifyEveryMs = 60_000;

/** Verifies at once, whenever `signal` changes, now and then, and when asked to; never twice at a time. */
export function useVerification(source: Source, signal: unknown): Verification {
  const [audit] = useState(() => new Audit(source));
  const [report, setReport] = useState<AuditReport>();
  const [failure, setFailure] = useState<Finding | string>();
  const [isWorking, setIsWorking] = useState(true);
  const running = useRef(Promise.resolve());
  const verify = useCallback(() => {
    running.current = running.current.then(async () => {
      setIsWorking(true);
      try {
        setReport(await audit.refresh());
        setFailure(undefined);
      } catch (error) {
        setFailure(reasonOf(error));
      }
      setIsWorking(false);
    });
  }, [audit]);
  const ticks = useTicks(verifyEveryMs);
  useEffect(verify, [verify, signal, ticks]);
  return { audit, report, refusal: failure ?? report?.refusal, isWorking, verify };
}

/** The first root that a server offers, verified by nothing. @throws `download.*` */
export function fetchFirstRoot(metadataUrl: string): Promise<Uint8Array> {
  const url = metadataFileUrl(baseUrl(metadataUrl), 'root', 1);
  return fetchBytes({ fetcher: webFetcher, retry: defaultRetry }, url, defaultLimits.rootBytes);
}
