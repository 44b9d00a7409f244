/** What a daemon of ours says of itself at `/readyz`. */
import type { Finding } from '../core/error/error.ts';

/** The part of the answer that is of use here; no reasons when it is ready. */
export interface ReadinessAnswer {
  readonly reasons: readonly Finding[];
  /** Absent before the first generation. */
  readonly generation?: object;
}

/** @param console base URL of its console; a daemon that has ended meanwhile has no reasons to give */
export async function askReadiness(console: string): Promise<ReadinessAnswer> {
  try {
    const response = await fetch(`${console}/readyz`);
    return (await response.json()) as ReadinessAnswer;
  } catch (error) {
    // What fetch() throws when nobody answers: the daemon's own status says why.
    if (error instanceof TypeError) return { reasons: [] };
    throw error;
  }
}
