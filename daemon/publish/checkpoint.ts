/** The steps of a generation that survive a crash differently, in order. */
export type Step =
  | 'targets-written'
  | 'snapshot-intended'
  | 'timestamp-intended'
  | 'signed'
  | 'metadata-written'
  | 'record-announced'
  | 'recorded'
  | 'switched';

/** Called when a step is behind; the tests of crashes end the process here. */
export type Checkpoint = (step: Step) => void | Promise<void>;
