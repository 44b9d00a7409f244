/** `POST /targets`: files of a role that the server signs, by token and without a person's signature. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fault } from '../../../core/error/error.ts';
import type { BareRepository } from '../../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../../core/git/object-id.ts';
import { hasScope } from '../../../core/home/tokens.ts';
import {
  editTargets,
  type FileDescription,
  type TargetEdit,
} from '../../../core/metadata/draft.ts';
import { mainRef } from '../../../core/rules/ref-rules.ts';
import { targetFile } from '../../../core/rules/state.ts';
import { serverSignedRoleAt } from '../../server-signed/server-signed-role.ts';
import { signNext } from '../../server-signed/sign-next.ts';
import type { Parts } from '../../parts.ts';
import { knownBlobs, type KnownBlobs } from '../blobs/known-blobs.ts';
import { anyJson, readJsonBody } from '../json-body.ts';
import { Refusal } from '../problems.ts';
import type { ApiRequest, ApiRoute, Operation } from '../route.ts';
import { answerChange, changeAnswers, changeParameters } from './answer-change.ts';
import { badPlace, inBlobStore, sentAlong, type WantedChange } from './change-body.ts';
import type { Changes } from './changes.ts';
import { notFor, sentChange, tokenOf } from './sent-change.ts';

const custom = z.record(z.string(), anyJson).optional();

const targetsBody = z.strictObject({
  role: z.string().max(100),
  message: z.string().max(4096).optional(),
  targets: z.record(
    z.string(),
    z.union([inBlobStore.extend({ custom }), sentAlong.extend({ custom }), z.null()]),
  ),
});

type Wish = z.infer<typeof targetsBody>;
type Place = Wish['targets'][string];

export function serverSignedRoute(parts: Parts, changes: Changes): ApiRoute {
  const known = knownBlobs(parts);
  return {
    method: 'post',
    path: '/targets',
    scope: 'token',
    operation,
    handle: (request) => postTargets(request, { ...parts, changes, known }),
  };
}

interface RouteParts extends Parts {
  readonly changes: Changes;
  readonly known: KnownBlobs;
}

async function postTargets(request: ApiRequest, parts: RouteParts): Promise<void> {
  const token = tokenOf(request);
  // Asked before the body is read: the role is known only from there.
  if (!token.scopes.some((scope) => scope.startsWith('online:'))) throw notFor(token, 'online:…');
  const { value, bytes } = await readJsonBody(request.ctx, targetsBody);
  const scope = `online:${value.role}` as const;
  if (!hasScope(token, scope)) throw notFor(token, scope);
  refuseForm(value);
  const make = (git: BareRepository, tip: ObjectId) =>
    wantedChange(value, token.name, { ...parts, git }, tip);
  const change = sentChange(request, { ref: mainRef, bytes, make }, parts.clock);
  await answerChange(request, parts.changes, change);
}

function refuseForm({ targets }: Wish): void {
  const places = Object.entries(targets);
  const found = places.flatMap(([path, place]) => badPlace(path, place));
  if (places.length === 0) found.push(fault('change.form', 'targets', 'the change holds nothing'));
  if (found.length > 0) throw new Refusal(422, found);
}

/** The next version of the role on this tip, signed: what others sent meanwhile stays in it. */
async function wantedChange(
  { role: name, message, targets }: Wish,
  token: string,
  parts: RouteParts,
  tip: ObjectId,
): Promise<WantedChange> {
  const online = await serverSignedRoleAt(parts.git, tip, name);
  if (online === undefined) {
    const text = 'targets marks no such role as signed by the server';
    throw new Refusal(404, [fault('search.not-found', 'role', text)]);
  }
  const files = new Map<string, Buffer | undefined>();
  const edits: [path: string, edit: TargetEdit][] = [];
  for (const [path, place] of Object.entries(targets)) {
    edits.push([path, await editTo(path, place, (sha256) => parts.known.find(token, sha256))]);
    files.set(path, bytesOf(place));
  }
  const content = editTargets(online.role.document.signedJson, edits);
  const metadata = new Map([[name, await signNext(online, content, parts)]]);
  return {
    ref: mainRef,
    base: tip,
    message: message ?? `change ${name}`,
    metadata,
    targets: files,
  };
}

type FindBlob = (sha256: string) => ReturnType<KnownBlobs['find']>;

/** @throws Refusal 422 `target.missing` */
async function editTo(path: string, place: Place, find: FindBlob): Promise<TargetEdit> {
  if (place === null) return undefined;
  return { ...(await descriptionOf(path, place, find)), custom: place.custom };
}

async function descriptionOf(
  path: string,
  place: NonNullable<Place>,
  find: FindBlob,
): Promise<FileDescription> {
  const bytes = bytesOf(place);
  if (bytes !== undefined) {
    return { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  const sha256 = 'sha256' in place ? place.sha256 : '';
  const blob = await find(sha256);
  if (blob !== undefined) return { length: blob.length, sha256 };
  const message = 'the token has sent no file with that SHA-256';
  const hint = `send it first: PUT /api/v1/blobs/${sha256}`;
  throw new Refusal(422, [fault('target.missing', targetFile(path), message, { hint })]);
}

function bytesOf(place: Place): Buffer | undefined {
  return place !== null && 'content' in place ? Buffer.from(place.content, 'base64') : undefined;
}

const operation: Operation = {
  id: 'changeOnlineRole',
  summary: 'Add and remove target files of a role that the server signs',
  description:
    'For a token with the scope online:ROLE. No person signs: who has the token, or the server, decides what clients get from this role. The next version is made on the tip of main and judged as a push.',
  parameters: changeParameters,
  scopes: ['online:{role}'],
  body: { 'application/json': targetsBody },
  answers: {
    ...changeAnswers,
    404: {
      description: 'The server signs no such role, or it lists no such target',
      body: 'problem',
    },
    503: { description: 'The signer is away', body: 'problem' },
  },
};
