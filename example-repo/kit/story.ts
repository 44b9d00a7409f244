import type { Stage } from './stage.ts';

/** Something to watch: prints its steps, asserts what it tells, and names what to try next. */
export type Story = (stage: Stage) => Promise<readonly string[]>;
