import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { TufOnGitError, type Finding } from '../../../core/error/error.ts';
import { Name, Text } from './text.tsx';

type Outcome<T> =
  | { readonly state: 'waiting' }
  | { readonly state: 'there'; readonly value: T }
  | { readonly state: 'failed'; readonly finding: Finding | string };

interface PromisedProps<T> {
  readonly ask: () => Promise<T>;
  /** What it is about: with another, what there was is no answer any more. */
  readonly of: string;
  /** Asked again when it changes; what there was stays until there is something newer. */
  readonly again?: unknown;
  readonly children: (value: T) => ComponentChildren;
}

/** What is fetched because it is looked at: shown when it is there, or why it is not. */
export function Promised<T>({ ask, of, again, children }: PromisedProps<T>): JSX.Element {
  const outcome = usePromised(ask, of, again);
  if (outcome.state === 'waiting') return <p role="status">Fetching and verifying…</p>;
  if (outcome.state === 'failed') return <Failure finding={outcome.finding} />;
  return <>{children(outcome.value)}</>;
}

export function Failure({ finding }: { readonly finding: Finding | string }): JSX.Element {
  return (
    <div class="refusal" role="alert">
      <FindingText finding={finding} />
    </div>
  );
}

export function FindingText({ finding }: { readonly finding: Finding | string }): JSX.Element {
  if (typeof finding === 'string') return <Text of={finding} />;
  return (
    <span>
      <Name of={finding.code} /> <Text of={finding.where} />: <Text of={finding.message} />
      {finding.hint === undefined ? undefined : (
        <>
          {' '}
          – <Text of={finding.hint} />
        </>
      )}
    </span>
  );
}

function usePromised<T>(ask: () => Promise<T>, of: string, again: unknown): Outcome<T> {
  const [kept, setKept] = useState<{ of: string; outcome: Outcome<T> }>();
  useEffect(() => {
    let isWanted = true;
    const settle = (outcome: Outcome<T>) => {
      if (isWanted) setKept({ of, outcome });
    };
    ask().then(
      (value) => {
        settle({ state: 'there', value });
      },
      (error: unknown) => {
        settle({ state: 'failed', finding: reasonOf(error) });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [of, again]);
  return kept?.of === of ? kept.outcome : { state: 'waiting' };
}

export function reasonOf(error: unknown): Finding | string {
  return error instanceof TufOnGitError ? error : String(error);
}
