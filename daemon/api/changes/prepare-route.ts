/** `POST /changes/prepare`: the next metadata that a wish comes to, unsigned. It changes nothing. */
import { z } from 'zod';
import { fault } from '../../../core/error/error.ts';
import { readState } from '../../../core/gate/state.ts';
import type { BareRepository } from '../../../core/git/binary/bare-repository.ts';
import { isObjectId, type ObjectId } from '../../../core/git/object-id.ts';
import { visitRoles } from '../../../core/metadata/delegation-walk.ts';
import { editTargets, nextVersion, type TargetEdit } from '../../../core/metadata/draft.ts';
import { isSafeTargetPath } from '../../../core/metadata/names.ts';
import {
  loadRepository,
  type LoadedRepository,
  type LoadedRole,
} from '../../../core/rules/repository.ts';
import { mainRef } from '../../../core/rules/ref-rules.ts';
import { policyFor } from '../../../core/rules/state.ts';
import type { Parts } from '../../parts.ts';
import { anyJson, readJsonBody } from '../json-body.ts';
import { Refusal } from '../problems.ts';
import type { ApiRoute } from '../route.ts';

const file = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  length: z.int().min(0),
  custom: z.record(z.string(), anyJson).optional(),
});

const wish = z.strictObject({
  base: z.string().optional(),
  role: z.string().optional(),
  add: z.record(z.string(), file).default({}),
  remove: z.array(z.string()).default([]),
});

type Wish = z.infer<typeof wish>;

const prepared = z.object({
  base: z.string(),
  roles: z.record(
    z.string(),
    z.object({
      signed: z.string().describe('JSON, whose canonical form is to be signed'),
      version: z.int(),
      keyids: z.array(z.string()),
      threshold: z.int(),
    }),
  ),
});

type PrepareParts = Pick<Parts, 'git' | 'home' | 'clock' | 'publisher'>;

export function prepareRoute(parts: PrepareParts): ApiRoute {
  return {
    method: 'post',
    path: '/changes/prepare',
    scope: 'change:submit',
    operation: {
      id: 'prepareChange',
      summary: 'The exact next metadata, to be checked, signed and sent',
      body: { 'application/json': wish },
      answers: {
        200: { description: 'By role', body: prepared },
        404: { description: 'No such role, or target to remove', body: 'problem' },
        409: { description: 'The base is no commit of main', body: 'problem' },
        413: { description: 'The body is too large', body: 'problem' },
        415: { description: 'The body is no JSON', body: 'problem' },
        422: { description: 'What is wanted cannot be', body: 'problem' },
        428: { description: 'It names no base', body: 'problem' },
      },
    },
    handle: async ({ ctx }) => {
      const { value } = await readJsonBody(ctx, wish);
      const base = await knownBase(parts.git, value.base);
      const repository = await repositoryAt(parts, base);
      ctx.body = { base, roles: drafts(repository, value, parts) };
    },
  };
}

async function knownBase(git: BareRepository, base: string | undefined): Promise<ObjectId> {
  if (base === undefined) {
    const message = 'a change names the commit that it is made on';
    throw new Refusal(428, [fault('change.no-base', 'base', message)]);
  }
  const main = await git.resolveRef(mainRef);
  const isCommit = isObjectId(base) && (await git.info(base))?.type === 'commit';
  if (isCommit && main !== undefined && (await git.isAncestor(base, main))) return base;
  throw new Refusal(409, [fault('change.stale', 'base', 'the base is no commit of main')]);
}

async function repositoryAt({ git, publisher }: PrepareParts, base: ObjectId) {
  const { generation } = publisher;
  if (generation?.record.commit === base) return generation.repository;
  return loadRepository(await readState(git, base));
}

function drafts(repository: LoadedRepository, asked: Wish, { home, clock }: PrepareParts) {
  const edits = new Map<LoadedRole, [path: string, edit: TargetEdit][]>();
  const edit = (path: string, to: TargetEdit) => {
    const role = roleFor(repository, path, asked.role);
    const others = edits.get(role);
    if (others === undefined) edits.set(role, [[path, to]]);
    else others.push([path, to]);
  };
  for (const path of asked.remove) edit(path, undefined);
  for (const [path, described] of Object.entries(asked.add)) edit(path, described);
  const policy = policyFor(repository.root, { limits: home.config.gate });
  const roles = [...edits].map(([{ name, document, authority }, wanted]) => {
    const { version } = document.signed;
    const content = editTargets(document.signedJson, wanted);
    const signed = nextVersion(content, name, version, { now: clock.now(), policy });
    const { keyIDs: keyids, threshold } = authority.role;
    return [name, { signed: JSON.stringify(signed), version: version + 1, keyids, threshold }];
  });
  return Object.fromEntries(roles) as Record<string, unknown>;
}

/** The last role that a client would ask for the path: it has the narrowest delegation. */
function roleFor(repository: LoadedRepository, path: string, wanted?: string): LoadedRole {
  if (!isSafeTargetPath(path)) {
    throw new Refusal(422, [fault('path.form', 'add', 'it is no target path')]);
  }
  const name = wanted ?? lastAsked(repository, path);
  const role = repository.roles.get(name);
  if (role !== undefined) return role;
  throw new Refusal(404, [fault('search.not-found', 'role', 'there is no such role')]);
}

function lastAsked({ roles }: LoadedRepository, path: string): string {
  const walk = visitRoles<LoadedRole['document']>(path);
  let last = 'targets';
  let step = walk.next();
  while (step.done !== true) {
    const role = roles.get(step.value.role);
    if (role === undefined) break;
    last = role.name;
    if (Object.hasOwn(role.document.signed.targets, path)) break;
    step = walk.next(role.document);
  }
  return last;
}
