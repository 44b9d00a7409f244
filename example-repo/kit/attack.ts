/**
 * Attacks of the attack table, measured: mounted for real, tried on a victim, put right again. The
 * control beside each: what the victim does succeeds when nobody attacks.
 */
import { succeeded, type Ended } from './command.ts';
import type { Outcome } from './measurement.ts';
import { refused } from './refusal.ts';
import type { Stage } from './stage.ts';
import { StoryFailure } from './story-failure.ts';

export interface Attack {
  /** Its row in the table. */
  readonly row?: string;
  /** Where it is another client than ours, which the table has in a row of its own. */
  readonly client?: string;
  /** What the attacker does. */
  readonly what: string;
  /** What the victim does. */
  readonly victim: () => Promise<Ended>;
  /** The same without the attack, where that is not just the victim's doing before it. */
  readonly control?: () => Promise<Ended>;
  /** Absent where what the victim is asked is the attack itself. */
  readonly mount?: () => Promise<void>;
  readonly undo?: () => Promise<void>;
}

/** The victim refuses, with this code. The time shown is that of the refusal alone. */
export async function withstands(stage: Stage, attack: Attack, code: string): Promise<void> {
  await during(attack, async () => {
    const start = performance.now();
    await refused(stage, title(attack), code, attack.victim);
    measured(stage, attack, { outcome: 'refused', code, start });
  });
}

/**
 * The victim takes what the attacker wants.
 * @param proof finds it in what the victim has now, and throws when it is not there
 */
export async function isFooled(
  stage: Stage,
  attack: Attack,
  proof: (ended: Ended) => Promise<string>,
): Promise<void> {
  const fallForIt = async () => {
    const ended = await attack.victim();
    succeeded(ended);
    return proof(ended);
  };
  await during(attack, async () => {
    const text = `${title(attack)}: THE VICTIM IS FOOLED`;
    const start = performance.now();
    stage.steps.note(await stage.steps.step(text, fallForIt, '!'));
    measured(stage, attack, { outcome: 'fooled', start });
  });
}

/** What the victim wants comes about all the same. @param outcome in a word, as the pages have it */
export async function comesAbout(
  stage: Stage,
  attack: Attack,
  outcome: string,
  proof: (ended: Ended) => Promise<string>,
): Promise<void> {
  await during(attack, async () => {
    const start = performance.now();
    const note = await stage.steps.step(`${title(attack)}: ${outcome}`, async () => {
      const ended = await attack.victim();
      succeeded(ended);
      return proof(ended);
    });
    stage.steps.note(note);
    measured(stage, attack, { outcome: outcome === 're-applied' ? outcome : 'limited', start });
  });
}

/** The line that holds this text. @throws StoryFailure when none does */
export function requireText(text: string, wanted: string): string {
  const line = text.split('\n').find((candidate) => candidate.includes(wanted));
  if (line !== undefined) return line.trim();
  throw new StoryFailure(`"${wanted}" is not in what came out`, text);
}

interface Came {
  readonly outcome: Outcome;
  readonly code?: string;
  readonly start: number;
}

function measured(
  stage: Stage,
  { row: attack, client, what }: Attack,
  { start, ...came }: Came,
): void {
  if (attack === undefined) return;
  const row = client === undefined ? attack : `${attack} ${client}`;
  stage.measured.push({ row, what, ...came, milliseconds: performance.now() - start });
}

function title({ row, what }: Attack): string {
  return row === undefined ? what : `${row} ${what}`;
}

async function during(attack: Attack, work: () => Promise<void>): Promise<void> {
  succeeded(await (attack.control ?? attack.victim)());
  await attack.mount?.();
  try {
    await work();
  } finally {
    await attack.undo?.();
  }
}
