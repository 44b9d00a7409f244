/** A33: names that do something to whoever looks at them, where nothing stands in their way. */
import { isFooled } from '../kit/attack.ts';
import type { Ended } from '../kit/command.ts';
import type { Stage } from '../kit/stage.ts';
import { StoryFailure } from '../kit/story-failure.ts';

/** Clears a terminal and goes on in red; runs a script in a page. */
export const hostile = {
  terminal: '\u001b[2J\u001b[31mgood',
  html: '<img src=x onerror=alert(1)>',
} as const;

export interface HostileNames {
  /** How the victim looks at names. */
  readonly list: () => Promise<Ended>;
  readonly mount: () => Promise<void>;
  readonly undo: () => Promise<void>;
}

export async function hostileNames(stage: Stage, names: HostileNames): Promise<void> {
  const { list, mount, undo } = names;
  const what = 'names with terminal escapes and HTML, to a client that prints them as they are';
  await isFooled(stage, { row: 'A33', what, mount, undo, victim: list }, ({ stdout }) => {
    const lines = Object.values(hostile).map((name) => lineWith(stdout, name));
    return Promise.resolve(
      `what comes out: ${lines.map((line) => JSON.stringify(line)).join(', ')}`,
    );
  });
}

function lineWith(stdout: string, name: string): string {
  const line = stdout.split('\n').find((candidate) => candidate.includes(name));
  if (line !== undefined) return line;
  throw new StoryFailure('the name did not come out as it is', JSON.stringify(stdout));
}
