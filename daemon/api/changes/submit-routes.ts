/** `POST /changes`, and signatures for events: whatever becomes a commit. */
import { z } from 'zod';
import { hasScope } from '../../../core/home/tokens.ts';
import type { Clock } from '../../clock.ts';
import { readJsonBody } from '../json-body.ts';
import type { ApiRequest, ApiRoute, Operation } from '../route.ts';
import { answerChange, changeAnswers, changeParameters } from './answer-change.ts';
import { changeBody, wantedChange } from './change-body.ts';
import type { Changes } from './changes.ts';
import { addSignatures, signaturesBody } from './event-signatures.ts';
import { notFor, sentChange, tokenOf } from './sent-change.ts';

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
  await answerChange(
    request,
    changes,
    sentChange(request, { ref: wanted.ref, bytes, make }, clock),
  );
}

async function postSignatures(request: ApiRequest, changes: Changes, clock: Clock): Promise<void> {
  const { value, bytes } = await readJsonBody(request.ctx, signaturesBody);
  const { ref, make } = addSignatures(request.params['name'] ?? '', value);
  await answerChange(request, changes, sentChange(request, { ref, bytes, make }, clock));
}

const submit: Operation = {
  id: 'submitChange',
  summary: 'Land signed metadata and target files, on main or on a signing event',
  description:
    'For a token with the scope change:submit, or event:NAME where the body names an event. The rules are those of a push.',
  parameters: changeParameters,
  scopes: ['change:submit', 'event:{event}'],
  body: { 'application/json': changeBody },
  answers: {
    ...changeAnswers,
    409: { description: 'A changed role or its delegator has moved', body: 'problem' },
    428: { description: 'The change names no base', body: 'problem' },
  },
};

const sign: Operation = {
  id: 'signEvent',
  summary: 'Add signatures to what a signing event holds',
  parameters: [
    { in: 'path', name: 'name', description: 'Of the event', schema: z.string() },
    ...changeParameters,
  ],
  body: { 'application/json': signaturesBody },
  answers: { ...changeAnswers, 404: { description: 'No such event is open', body: 'problem' } },
};
