/** Answers of the API, held against the OpenAPI document of the daemon that gave them. */
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isObject, type JsonObject, type JsonValue } from '../../core/metadata/json.ts';
import { readApiDocument, type ApiDocument, type Operation } from './api-document.ts';
import { rawRequest, type RawAnswer } from './raw-request.ts';

export interface ContractAsking {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** Text as it is, anything else as JSON. */
  readonly body?: string | JsonObject;
  readonly signal?: AbortSignal;
}

export interface ApiContract {
  readonly document: ApiDocument;
  /** The answers that there were, by operation: statuses. */
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>;
  /** Asks; fails unless the answer is one that the document names, in status, type and body. */
  ask(method: string, path: string, asking?: ContractAsking): Promise<RawAnswer>;
}

/** @param url of the console */
export async function apiContract(url: string): Promise<ApiContract> {
  const document = await readApiDocument(url);
  const seen = new Map<string, Set<string>>();
  const fits = schemaCheck(document);
  return {
    document,
    seen,
    ask: async (method, path, asking = {}) => {
      const operation = operationAt(document, method, path);
      const answer = await rawRequest(url, `/api/v1${path}`, requestOf(method, asking));
      holds(operation, answer, fits);
      const statuses = seen.get(operation.id) ?? new Set();
      seen.set(operation.id, statuses.add(String(answer.status)));
      return answer;
    },
  };
}

/** @throws AssertionError when no operation has the path */
function operationAt({ operations }: ApiDocument, method: string, path: string): Operation {
  const [plain = ''] = path.split('?');
  const fitting = operations.filter((each) => {
    const form = each.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
    return each.method === method && RegExp(`^${form}$`).test(plain);
  });
  return (
    fitting.find((each) => each.path === plain) ?? fitting[0] ?? assert.fail(`${method} ${path}`)
  );
}

function requestOf(method: string, { token, headers, body, signal }: ContractAsking) {
  const isText = body === undefined || typeof body === 'string';
  return {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(isText ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  };
}

type SchemaCheck = (schema: JsonValue, json: JsonValue) => string | undefined;

function holds({ id, method, answers }: Operation, answer: RawAnswer, fits: SchemaCheck): void {
  const { status, headers, body } = answer;
  const what = `${id} answered ${status} ${body.toString('utf8').slice(0, 500)}`;
  const schemas = answers[status] ?? assert.fail(what);
  if (method === 'HEAD' || Object.keys(schemas).length === 0) {
    assert.equal(body.length, 0, what);
    return;
  }
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  assert.ok(Object.hasOwn(schemas, type), `${what}: its type is ${type}`);
  if (!type.endsWith('json')) return;
  const json = JSON.parse(body.toString('utf8')) as JsonObject;
  assert.equal(fits(schemas[type] ?? false, json), undefined, what);
  if (type === 'application/problem+json') assert.equal(json['status'], status, what);
}

/** What a schema does not name may not be there: clients would come to rely on it. */
function schemaCheck({ components }: ApiDocument): SchemaCheck {
  const formats = {
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
    uri: (text: string) => URL.canParse(text),
  };
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats });
  ajv.addVocabulary(['components']);
  return (schema, json) => {
    assert.ok(isObject(schema));
    const fits = ajv.compile({ ...(closed(schema) as JsonObject), components: closed(components) });
    return fits(json) ? undefined : ajv.errorsText(fits.errors);
  };
}

function closed(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isObject(schema)) return schema;
  const inner = Object.entries(schema).map(([name, value]) => [name, closed(value)] as const);
  const own = isObject(schema['properties']) ? { additionalProperties: false } : {};
  return { ...own, ...Object.fromEntries(inner) };
}
