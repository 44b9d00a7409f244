/** What came of an attack that was mounted. */
export interface Measurement {
  /** Of the attack table. */
  readonly row: string;
  readonly what: string;
  readonly outcome: Outcome;
  /** Of a refusal, and of what was never published. */
  readonly code?: string;
  /** Until the victim refused, or was fooled. */
  readonly milliseconds: number;
}

/** Limited: the attacker gets what the milestone's page names, and no more. */
export type Outcome = 'fooled' | 'refused' | 'never published' | 're-applied' | 'limited';
