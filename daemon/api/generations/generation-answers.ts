/** What the API says of a generation. */
import { z } from 'zod';
import type { RecordHead } from '../../record/record.ts';
import { roleChangeSchema } from '../role-changes.ts';
import type { CommitChanges } from './commit-changes.ts';
import type { IndexedGeneration } from './record-index.ts';

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const instant = z.iso.datetime();

export const generationSchema = z.object({
  commit: commit.describe('Of main'),
  record: commit.describe('The entry in refs/tuf/published'),
  snapshot: z.int(),
  timestamp: z
    .int()
    .describe('No two generations have the same: the cursor, and the id of the event'),
  published: instant,
  pushedBy: z
    .string()
    .optional()
    .describe(
      'Token or account of the newest push; absent of a renewal, and where git does not tell',
    ),
  pushed: instant.optional().describe('When it was received, to the second'),
  pushToVisibleMs: z
    .int()
    .optional()
    .describe(
      'From the receipt of the oldest push in it; only of those that this process has made',
    ),
  pushes: z
    .array(z.object({ commit, by: z.string().optional(), received: instant }))
    .describe('The commits of main that came out with it, oldest first; none: a renewal'),
  changes: z.array(roleChangeSchema).describe('Against the generation before; 100 roles at most'),
  moreRoles: z.int().optional().describe('How many roles more have changed'),
});

export type GenerationAnswer = z.infer<typeof generationSchema>;

export function generationAnswer(
  { commit: main, oid, snapshot, timestamp }: IndexedGeneration,
  { publishedAt, arrivals }: RecordHead,
  { changes, moreRoles }: CommitChanges,
): GenerationAnswer {
  const newest = arrivals.at(-1);
  return {
    commit: main,
    record: oid,
    snapshot,
    timestamp,
    published: publishedAt.toISOString(),
    ...(newest?.by === undefined ? {} : { pushedBy: newest.by }),
    ...(newest === undefined ? {} : { pushed: newest.receivedAt.toISOString() }),
    pushes: arrivals.map(({ commit: pushed, by, receivedAt }) => ({
      commit: pushed,
      ...(by === undefined ? {} : { by }),
      received: receivedAt.toISOString(),
    })),
    changes: [...changes],
    ...(moreRoles === 0 ? {} : { moreRoles }),
  };
}
