/** The OpenAPI 3.1 document of the API, made from its table of routes: one cannot change alone. */
import { z } from 'zod';
import type { Answer, ApiRoute, Operation, Parameter } from './route.ts';

type Json = Record<string, unknown>;

export function openApiDocument(routes: readonly ApiRoute[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'tuf-on-git upload API', version: '1' },
    servers: [{ url: '/api/v1' }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema) },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

const findingFields = {
  code: z.string(),
  detail: z.string(),
  hint: z.string().optional(),
};
const problemSchema = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  code: findingFields.code.optional(),
  detail: findingFields.detail.optional(),
  hint: findingFields.hint,
  /** Of 409: where `main` is, or the event, and the roles that have moved (null: gone). */
  current: z
    .object({ commit: z.string(), roles: z.record(z.string(), z.int().nullable()) })
    .optional(),
  errors: z.array(z.object({ ...findingFields, where: z.string() })).optional(),
});

function operationOf({ path, scope, operation }: ApiRoute): Json {
  const { id, summary, description, parameters = [], body } = operation;
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    security: securityOf(path, scope, operation),
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(parameterOf) }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body) } }),
    responses: responsesOf(operation),
  };
}

/** Each is enough; the scopes of tokens stand where OpenAPI 3.1 has names of roles. */
function securityOf(path: string, scope: ApiRoute['scope'], { scopes }: Operation): Json[] {
  if (scope === 'open') return [{}, { token: [] }];
  if (scope === 'token') return scopes?.map((each) => ({ token: [each] })) ?? [{ token: [] }];
  const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([text, name = '']) => [name, text]);
  const params = Object.fromEntries(names) as Record<string, string>;
  return [{ token: [typeof scope === 'string' ? scope : scope(params)] }];
}

function parameterOf({ in: place, name, description, schema, required }: Parameter): Json {
  return {
    in: place,
    name,
    description,
    required: required ?? place === 'path',
    schema: jsonSchema(schema),
  };
}

function contentOf(body: NonNullable<Operation['body']>): Json {
  return Object.fromEntries(
    Object.entries(body).map(([type, schema]) => [
      type,
      { schema: schema === 'binary' ? {} : jsonSchema(schema) },
    ]),
  );
}

const everywhere: Readonly<Record<number, Answer>> = {
  400: { description: 'The request is malformed', body: 'problem' },
  401: { description: 'No token, or none that is known', body: 'problem' },
  403: {
    description: 'The token is for something else, or was sent where others could read it',
    body: 'problem',
  },
  500: { description: 'A defect of the server', body: 'problem' },
  503: { description: 'The server is unable just now', body: 'problem' },
};

function responsesOf({ answers }: Operation): Json {
  const all = { ...everywhere, ...answers };
  return Object.fromEntries(
    Object.entries(all).map(([status, answer]) => [status, answerOf(answer)]),
  );
}

/** Each event of the stream, by its fields; `data` holds JSON. WHATWG HTML, section 9.2.6. */
const eventFields = { id: { type: 'string' }, event: { type: 'string' }, data: { type: 'string' } };
const events = {
  'text/event-stream': { schema: { type: 'object', properties: eventFields, required: ['data'] } },
};

function answerOf({ description, body, alsoEvents = false }: Answer): Json {
  if (body === undefined) return { description };
  const content = body === 'events' ? {} : answerContent(body);
  const hasEvents = alsoEvents || body === 'events';
  return { description, content: { ...content, ...(hasEvents ? events : {}) } };
}

function answerContent(body: Exclude<NonNullable<Answer['body']>, 'events'>): Json {
  if (body === 'problem') {
    return { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  }
  if (body === 'binary') return { 'application/octet-stream': { schema: {} } };
  return { 'application/json': { schema: jsonSchema(body) } };
}

function jsonSchema(schema: z.ZodType): Json {
  const fields = Object.entries(z.toJSONSchema(schema, { io: 'input' }));
  return Object.fromEntries(fields.filter(([name]) => name !== '$schema'));
}
