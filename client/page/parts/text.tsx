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

interface MarkProps {
  readonly verified: boolean;
}

/** Whether this browser has verified a thing, or shows what a server says. */
export function Mark({ verified }: MarkProps): JSX.Element {
  return verified ? (
    <span class="mark verified">✓ verified here</span>
  ) : (
    <span class="mark displayed">○ only displayed</span>
  );
}

export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${units[power] ?? 'B'}`;
}
