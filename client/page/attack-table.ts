/** The attack table as it was measured when this page was built (scripts/build-page.mjs puts it in). */
export interface AttackRow {
  readonly row: string;
  readonly attack: string;
  readonly cells: readonly AttackCell[];
}

export interface AttackCell {
  readonly milestone: number;
  /** What the milestone is to come to: a letter, mostly with a code. */
  readonly expected: string;
  /** A letter; undefined where the attack was not mounted. */
  readonly measured?: string;
  readonly codes: readonly string[];
  readonly isAsExpected: boolean;
}

declare const ATTACK_TABLE: readonly AttackRow[];

export const attackTable = ATTACK_TABLE;
