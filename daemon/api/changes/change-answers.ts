/** What the API says of changes: schemas for its document, and the answers that fit them. */
import { z } from 'zod';
import type { Finding } from '../../../core/error/error.ts';
import type { Accepted, ChangeStatus } from './changes.ts';

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const findingSchema = z.object({ code: z.string(), where: z.string(), detail: z.string() });

export const acceptedSchema = z.object({
  id: z.string(),
  commit,
  published: z.boolean(),
  /** Version of the first snapshot that holds it. */
  generation: z.int().optional(),
  notices: z.array(findingSchema),
  lines: z.array(z.string()),
});

export const verdictSchema = z.object({
  dryRun: z.literal(true),
  tree: commit,
  notices: z.array(findingSchema),
  lines: z.array(z.string()),
});

export const changeSchema = z.object({
  id: z.string(),
  state: z.enum(['queued', 'verified', 'published', 'withdrawn']),
  by: z.string(),
  at: z.iso.datetime(),
  event: z.string().optional(),
  message: z.string().optional(),
  commit: commit.optional(),
  generation: z.int().optional(),
});

export function acceptedAnswer(
  { id, commit: made, notices, lines }: Accepted,
  generation: number | undefined,
): z.infer<typeof acceptedSchema> {
  return {
    id,
    commit: made,
    published: generation !== undefined,
    ...(generation === undefined ? {} : { generation }),
    notices: noticesOf(notices),
    lines: [...lines],
  };
}

export function changeAnswer(status: ChangeStatus): z.infer<typeof changeSchema> {
  const { id, state, by, at, event, message, commit: made, generation } = status;
  return {
    id,
    state,
    by,
    at: at.toISOString(),
    ...(event === undefined ? {} : { event }),
    ...(message === undefined ? {} : { message }),
    ...(made === undefined ? {} : { commit: made }),
    ...(generation === undefined ? {} : { generation }),
  };
}

export function noticesOf(notices: readonly Finding[]): z.infer<typeof findingSchema>[] {
  return notices.map(({ code, where, message }) => ({ code, where, detail: message }));
}
