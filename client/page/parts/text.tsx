import type { JSX } from 'preact';
import { visible } from '../../../core/error/error.ts';

interface TextProps {
  readonly of: string;
}

/** Text of others' making: in isolation from ours, with whatever is invisible in it made visible. */
export function Text({ of }: TextProps): JSX.Element {
  return <bdi>{visible(of)}</bdi>;
}

/** The same for names, paths and digests, which may be long. */
export function Name({ of }: TextProps): JSX.Element {
  return (
    <code>
      <Text of={of} />
    </code>
  );
}

/** `earlier`: the last verification did not get as far. */
export type Knowledge = 'now' | 'earlier' | 'displayed';

const marks = {
  now: <span class="mark verified">✓ verified here</span>,
  earlier: <span class="mark earlier">◐ verified earlier, not renewed</span>,
  displayed: <span class="mark displayed">○ only displayed</span>,
};

/** Whether this browser has verified a thing, or shows what a server says. */
export function Mark({ as }: { readonly as: Knowledge }): JSX.Element {
  return marks[as];
}

export const knowledgeOf = ({ isCurrent }: { readonly isCurrent: boolean }): Knowledge =>
  isCurrent ? 'now' : 'earlier';

export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${units[power] ?? 'B'}`;
}
