import type { Clock } from '../../clock.ts';
import type { Admittance, ApiRoute } from '../route.ts';
import type { Changes } from './changes.ts';
import { submitRoutes } from './submit-routes.ts';
import { watchRoutes } from './watch-routes.ts';

export interface ChangeParts {
  readonly changes: Changes;
  readonly clock: Clock;
  /** What it takes to read what clients do not see. */
  readonly reading: Admittance;
}

export function changeRoutes({ changes, clock, reading }: ChangeParts): readonly ApiRoute[] {
  return [...submitRoutes(changes, clock), ...watchRoutes(changes, reading)];
}
