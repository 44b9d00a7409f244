import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Text } from './text.tsx';

/** In milliseconds. */
const second = 1000;
export const hour = 3600 * second;
export const day = 24 * hour;

/** The time, which goes on every second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, second);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}

export function Time({ at }: { readonly at: string }): JSX.Element {
  const text = at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
  return (
    <time dateTime={at}>
      <Text of={text} />
    </time>
  );
}

/** What the console tells of by no event is asked so often, while it is looked at. */
export const askEveryMs = 5000;

/** Counts up that often, for what has to be asked again. */
export function useTicks(milliseconds: number): number {
  const [ticks, setTicks] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      // Nobody looks at a page in the background.
      if (document.visibilityState === 'visible') setTicks((count) => count + 1);
    }, milliseconds);
    return () => {
      clearInterval(timer);
    };
  }, [milliseconds]);
  return ticks;
}

/** Two units at most: `3 d 4 h`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < second) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.floor(milliseconds / second);
  const units: readonly (readonly [string, number])[] = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3600) % 24],
    ['min', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ];
  const first = units.findIndex(([, count]) => count > 0);
  const shown = units.slice(first, first + 2).filter(([, count]) => count > 0);
  return shown.map(([unit, count]) => `${count} ${unit}`).join(' ');
}
