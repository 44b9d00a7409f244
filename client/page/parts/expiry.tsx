import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { Lives } from '../console/lives.ts';
import { Text } from './text.tsx';
import { day, durationText, hour, Time, useNow } from './time.tsx';

/** What a bar can be full of where nobody tells how long the life was: the least that is enough. */
const scales = [hour, day, 7 * day, 30 * day, 90 * day, 365 * day, 3650 * day];

interface ExpiryProps {
  readonly role: string;
  readonly version: number;
  /** ISO 8601, as metadata has it. */
  readonly expires: string;
}

/** How long a role is still good for: in words, and as a bar that runs out. */
export function Expiry({ role, version, expires }: ExpiryProps): JSX.Element {
  const since = useContext(Lives)(role, version);
  const left = Date.parse(expires) - useNow();
  const { full, words } = scaleOf(left, expires, since);
  const part = Math.max(0, Math.min(1, left / full));
  return (
    <span class={`expiry ${left <= 0 ? 'over' : part < 0.1 || left < hour ? 'soon' : ''}`}>
      <span class="bar" aria-hidden="true">
        <span class="left" style={{ '--left': String(part) }} />
      </span>
      <span>
        {left <= 0 ? 'expired' : `${durationText(left)} left`}
        <small>
          {' '}
          {left > 0 && <Text of={words(part)} />} · <Time at={expires} />
        </small>
      </span>
    </span>
  );
}

interface Scale {
  /** Milliseconds that fill the bar. */
  readonly full: number;
  readonly words: (part: number) => string;
}

function scaleOf(left: number, expires: string, since: string | undefined): Scale {
  const life = since === undefined ? Number.NaN : Date.parse(expires) - Date.parse(since);
  if (life > 0) {
    return { full: life, words: (part) => `${Math.round(part * 100)} % of its published life` };
  }
  const full = scales.find((each) => each >= left) ?? left;
  return { full, words: () => `on a scale of ${durationText(full)}` };
}
