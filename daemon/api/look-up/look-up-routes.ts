/** What is published, looked up: roles, targets, and where all of it stands. */
import { z } from 'zod';
import { fault } from '../../../core/error/error.ts';
import { onlineRolesOf } from '../../../core/rules/online-roles.ts';
import type { LoadedRole } from '../../../core/rules/repository.ts';
import type { Parts } from '../../parts.ts';
import { roleListing } from '../../public/current-files.ts';
import type { Generation } from '../../record/generation.ts';
import { badParameter, oneOf, pageByName, pageOf, pageParameters } from '../page.ts';
import { Refusal } from '../problems.ts';
import type { ApiRequest, ApiRoute, Operation } from '../route.ts';
import { listTargets } from './target-listing.ts';
import { getStatus, statusAnswer, type StatusParts } from './status-answer.ts';
import { roleAnswer, roleSchema, targetAnswer, targetSchema } from './look-up-answers.ts';

interface LookUpParts extends StatusParts, Pick<Parts, 'publisher'> {}
type Look = (request: ApiRequest, generation: Generation) => unknown;

export function lookUpRoutes(parts: LookUpParts): readonly ApiRoute[] {
  const open = (path: string, operation: Operation, look: Look): ApiRoute => ({
    method: 'get',
    path,
    scope: 'open',
    operation,
    handle: async (request) => {
      request.ctx.body = await look(request, generationOf(parts));
    },
  });
  return [
    open('/roles', listRoles, ({ ctx }, { repository, record }) => {
      const { items, cursor } = pageOf([...repository.roles.values()], nameOf, ctx.query);
      const online = onlineRolesOf(repository);
      return {
        commit: record.commit,
        roles: items.map((role) => roleAnswer(role, online)),
        ...cursor,
      };
    }),
    open('/roles/{name}', getRole, ({ params: { name = '' } }, { repository, record }) => {
      const role = repository.roles.get(name);
      if (role === undefined) throw notFound('there is no such role');
      return { commit: record.commit, ...roleAnswer(role, onlineRolesOf(repository)) };
    }),
    open('/targets', getTargets, ({ ctx }, { repository, record }) => {
      const prefix = oneOf(ctx.query, 'prefix') ?? '';
      const after = (path: string | undefined) => listTargets(repository, prefix, path);
      const { items, cursor } = pageByName(after, ({ path }) => path, ctx.query);
      const targets = items.map(({ path, role }) => targetAnswer(path, role));
      return { commit: record.commit, targets, ...cursor };
    }),
    open('/target', getTarget, ({ ctx }, { repository, record }) => {
      const path = oneOf(ctx.query, 'path');
      if (path === undefined) throw badParameter('path', 'name a target path');
      const role = roleListing(repository, path);
      if (role === undefined) throw notFound('no role lists such a target');
      return { commit: record.commit, ...targetAnswer(path, role) };
    }),
    open('/status', getStatus, ({ ctx }, generation) => statusAnswer(parts, generation, ctx.query)),
  ];
}

function generationOf({ publisher }: LookUpParts): Generation {
  const { generation } = publisher;
  if (generation !== undefined) return generation;
  const findings = [fault('publish.not-ready', 'the repository', 'nothing is published yet')];
  throw new Refusal(503, findings, { 'Retry-After': '5' });
}

const nameOf = ({ name }: LoadedRole) => name;

function notFound(message: string): Refusal {
  return new Refusal(404, [fault('search.not-found', 'the repository', message)]);
}

const commit = z.string();
const cursor = z.string().optional();
const absent = { 404: { description: 'There is none', body: 'problem' } } as const;

const listRoles: Operation = {
  id: 'listRoles',
  summary: 'Targets roles, in the order of delegations',
  parameters: pageParameters,
  answers: {
    200: { description: 'A page', body: z.object({ commit, cursor, roles: z.array(roleSchema) }) },
  },
};

const getRole: Operation = {
  id: 'getRole',
  summary: 'A targets role',
  parameters: [{ in: 'path', name: 'name', description: 'Of the role', schema: z.string() }],
  answers: { 200: { description: 'The role', body: roleSchema.extend({ commit }) }, ...absent },
};

const getTargets: Operation = {
  id: 'listTargets',
  summary: 'Target files, by path',
  parameters: [
    { in: 'query', name: 'prefix', description: 'Beginning of paths', schema: z.string() },
    ...pageParameters,
  ],
  answers: {
    200: {
      description: 'A page',
      body: z.object({ commit, cursor, targets: z.array(targetSchema) }),
    },
  },
};

const getTarget: Operation = {
  id: 'getTarget',
  summary: 'A target file, as a search finds it',
  parameters: [
    { in: 'query', name: 'path', description: 'Target path', schema: z.string(), required: true },
  ],
  answers: { 200: { description: 'It', body: targetSchema.extend({ commit }) }, ...absent },
};
