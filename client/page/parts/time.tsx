import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Text } from './text.tsx';

const second = 1000;
const day = 86_400 * second;
/** What a bar can be full of: the least that is enough is taken. */
const scales = [3600 * second, day, 7 * day, 30 * day, 90 * day, 365 * day, 3650 * day];

/** The time, which goes on every second. */
function useNow(): number {
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

interface ExpiryProps {
  /** ISO 8601, as metadata has it. */
  readonly expires: string;
}

/** How long a role is still good for: in words, and as a bar that runs out. */
export function Expiry({ expires }: ExpiryProps): JSX.Element {
  const left = Date.parse(expires) - useNow();
  const scale = scales.find((each) => each >= left) ?? left;
  const part = Math.max(0, Math.min(1, left / scale));
  return (
    <span class={`expiry ${left <= 0 ? 'over' : left < day / 4 ? 'soon' : ''}`}>
      <span class="bar" aria-hidden="true">
        <span class="left" style={{ '--left': String(part) }} />
      </span>
      <span>
        {left <= 0 ? 'expired' : `${durationText(left)} left`}
        <small>
          {' '}
          of <Text of={durationText(scale)} /> · <Time at={expires} />
        </small>
      </span>
    </span>
  );
}

export function Time({ at }: { readonly at: string }): JSX.Element {
  const text = at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
  return (
    <time dateTime={at}>
      <Text of={text} />
    </time>
  );
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
