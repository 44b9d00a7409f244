/** What all requests that land a change have in common: their parameters and their answers. */
import { z } from 'zod';
import { fault } from '../../../core/error/error.ts';
import { Refusal } from '../problems.ts';
import type { ApiRequest, Operation, Parameter } from '../route.ts';
import { acceptedAnswer, acceptedSchema, noticesOf, verdictSchema } from './change-answers.ts';
import type { Changes } from './changes.ts';
import type { SentChange } from './make-commit.ts';

/** Nobody waits longer at one request: the listener cuts connections on which nothing moves. */
const maxWaitSeconds = 50;

/** Lands the change, or says what would become of it. @throws Refusal */
export async function answerChange(
  { ctx }: ApiRequest,
  changes: Changes,
  change: SentChange,
): Promise<void> {
  if (isDryRun(ctx.query['dryRun'])) {
    const { tree, notices, lines } = await changes.judge(change);
    ctx.body = { dryRun: true, tree, notices: noticesOf(notices), lines };
    return;
  }
  const accepted = await changes.submit(change);
  const seconds = Math.min(maxWaitSeconds, waitIn(ctx.get('Prefer')));
  const gone = new AbortController();
  ctx.res.once('close', () => {
    gone.abort();
  });
  const generation = await changes.published(accepted.id, seconds * 1000, gone.signal);
  if (seconds > 0) ctx.set('Preference-Applied', `wait=${seconds}`);
  ctx.status = 201;
  ctx.set('Location', `/api/v1/changes/${accepted.id}`);
  ctx.body = acceptedAnswer(accepted, generation);
}

function isDryRun(value: unknown): boolean {
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw new Refusal(400, [fault('request.form', 'dryRun', 'it is true or false')]);
}

/** RFC 7240 §4.3: whole seconds. */
function waitIn(prefer: string): number {
  return Number(/(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/.exec(prefer)?.[1] ?? 0);
}

export const changeParameters: readonly Parameter[] = [
  {
    in: 'query',
    name: 'dryRun',
    description: 'Only say what would become of it',
    schema: z.enum(['true', 'false']),
  },
  {
    in: 'header',
    name: 'Prefer',
    description:
      'wait=N: answer when clients can see the change, or after N seconds; at once where an event lacks signatures',
    schema: z.string(),
  },
  {
    in: 'header',
    name: 'Idempotency-Key',
    description: 'The same key and body again have no further effect',
    schema: z.string().max(256),
  },
];

export const changeAnswers: Operation['answers'] = {
  200: { description: 'It would be accepted (dryRun)', body: verdictSchema },
  201: { description: 'It is a commit now', body: acceptedSchema },
  413: { description: 'The body is too large', body: 'problem' },
  415: { description: 'The body is no JSON', body: 'problem' },
  422: { description: 'Refused, for all that is listed', body: 'problem' },
};
