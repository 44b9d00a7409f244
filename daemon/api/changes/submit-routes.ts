/** `POST /changes`, and signatures for events: whatever becomes a commit. */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { fault } from '../../../core/error/error.ts';
import { hasScope, type TokenRecord } from '../../../core/home/tokens.ts';
import type { Clock } from '../../clock.ts';
import { readJsonBody } from '../json-body.ts';
import { Refusal } from '../problems.ts';
import type { ApiRequest, ApiRoute, Operation } from '../route.ts';
import { acceptedAnswer, acceptedSchema, noticesOf, verdictSchema } from './change-answers.ts';
import { changeBody, wantedChange } from './change-body.ts';
import type { Changes } from './changes.ts';
import { addSignatures, signaturesBody } from './event-signatures.ts';
import type { SentChange } from './make-commit.ts';

/** Nobody waits longer at one request: the listener cuts connections on which nothing moves. */
const maxWaitSeconds = 50;

export function submitRoutes(changes: Changes, clock: Clock): readonly ApiRoute[] {
  return [
    {
      method: 'post',
      path: '/changes',
      scope: 'token',
      operation: submit,
      handle: (request) => postChange(request, changes, clock),
    },
    {
      method: 'post',
      path: '/events/{name}/signatures',
      scope: ({ name = '' }) => `event:${name}`,
      operation: sign,
      handle: (request) => postSignatures(request, changes, clock),
    },
  ];
}

async function postChange(request: ApiRequest, changes: Changes, clock: Clock): Promise<void> {
  const { ctx } = request;
  const token = tokenOf(request);
  // Asked before the body is read: an event is known only from there.
  if (!token.scopes.some((scope) => scope === 'change:submit' || scope.startsWith('event:'))) {
    throw notFor(token, 'change:submit');
  }
  const { value, bytes } = await readJsonBody(ctx, changeBody);
  const scope = value.event === undefined ? 'change:submit' : (`event:${value.event}` as const);
  if (!hasScope(token, scope)) throw notFor(token, scope);
  const wanted = wantedChange(value);
  const make = () => Promise.resolve(wanted);
  await answer(request, changes, sentChange(request, { ref: wanted.ref, bytes, make }, clock));
}

async function postSignatures(request: ApiRequest, changes: Changes, clock: Clock): Promise<void> {
  const { value, bytes } = await readJsonBody(request.ctx, signaturesBody);
  const { ref, make } = addSignatures(request.params['name'] ?? '', value);
  await answer(request, changes, sentChange(request, { ref, bytes, make }, clock));
}

async function answer({ ctx }: ApiRequest, changes: Changes, change: SentChange): Promise<void> {
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

interface Content {
  readonly ref: string;
  /** The body, as it came. */
  readonly bytes: Buffer;
  readonly make: SentChange['wanted'];
}

function sentChange(request: ApiRequest, { ref, bytes, make }: Content, clock: Clock): SentChange {
  const token = tokenOf(request);
  const key = request.ctx.get('Idempotency-Key');
  if (key.length > 256) {
    throw new Refusal(400, [fault('request.form', 'Idempotency-Key', 'it is too long')]);
  }
  // The path is part of it, for what is sent to two places is no repetition.
  const body = createHash('sha256').update(`${request.ctx.path}\0`).update(bytes).digest('hex');
  return {
    id: key === '' ? randomBytes(16).toString('hex') : idOf(token, key),
    body,
    ref,
    token,
    sentAt: clock.now(),
    weight: bytes.length,
    wanted: make,
  };
}

/** A key is its token's own: nobody learns of others by guessing. */
function idOf({ name }: TokenRecord, key: string): string {
  return createHash('sha256').update(`${name}\0${key}`).digest('hex').slice(0, 32);
}

function tokenOf({ token }: ApiRequest): TokenRecord {
  if (token !== undefined) return token;
  throw new Refusal(401, [fault('token.required', 'Authorization', 'send a token')]);
}

function notFor(token: TokenRecord, scope: string): Refusal {
  return new Refusal(403, [fault('token.scope', token.name, `the token is not for ${scope}`)]);
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

const parameters: Operation['parameters'] = [
  {
    in: 'query',
    name: 'dryRun',
    description: 'Only say what would become of it',
    schema: z.enum(['true', 'false']),
  },
  {
    in: 'header',
    name: 'Prefer',
    description: 'wait=N: answer when clients can see the change, or after N seconds',
    schema: z.string(),
  },
  {
    in: 'header',
    name: 'Idempotency-Key',
    description: 'The same key and body again have no further effect',
    schema: z.string().max(256),
  },
];

const answers: Operation['answers'] = {
  200: { description: 'It would be accepted (dryRun)', body: verdictSchema },
  201: { description: 'It is a commit now', body: acceptedSchema },
  413: { description: 'The body is too large', body: 'problem' },
  415: { description: 'The body is no JSON', body: 'problem' },
  422: { description: 'Refused, for all that is listed', body: 'problem' },
};

const submit: Operation = {
  id: 'submitChange',
  summary: 'Land signed metadata and target files, on main or on a signing event',
  description:
    'For a token with the scope change:submit, or event:NAME where the body names an event. The rules are those of a push.',
  parameters,
  body: { 'application/json': changeBody },
  answers: {
    ...answers,
    409: { description: 'A changed role or its delegator has moved', body: 'problem' },
    428: { description: 'The change names no base', body: 'problem' },
  },
};

const sign: Operation = {
  id: 'signEvent',
  summary: 'Add signatures to what a signing event holds',
  parameters: [
    { in: 'path', name: 'name', description: 'Of the event', schema: z.string() },
    ...parameters,
  ],
  body: { 'application/json': signaturesBody },
  answers: { ...answers, 404: { description: 'No such event is open', body: 'problem' } },
};
