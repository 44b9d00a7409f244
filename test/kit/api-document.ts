/** The OpenAPI document that a daemon serves, as far as tests go by it. */
import type { JsonObject, JsonValue } from '../../core/metadata/json.ts';
import { rawRequest } from './raw-request.ts';
import { sha256Of } from './uploads.ts';

export interface ApiDocument {
  readonly operations: readonly Operation[];
  /** What schemas of operations refer to. */
  readonly components: JsonValue;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** Below the API, with its parameters: `/blobs/{sha256}`. */
  readonly path: string;
  /** Of which a token needs one, none being any token; `open`: nobody needs a token. */
  readonly scopes: readonly string[] | 'open';
  readonly takesJson: boolean;
  /** By status, the schema of the body by media type; empty: it has none. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;
}

interface Served {
  readonly paths: Readonly<Record<string, Readonly<Record<string, ServedOperation>>>>;
  readonly components: JsonValue;
}

interface ServedOperation {
  readonly operationId: string;
  readonly security: readonly { readonly token?: readonly string[] }[];
  readonly requestBody?: { readonly content: JsonObject };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: JsonValue }>> }>
  >;
}

/** @param url of the console */
export async function readApiDocument(url: string): Promise<ApiDocument> {
  const { body } = await rawRequest(url, '/api/v1/openapi.json');
  const { paths, components } = JSON.parse(body.toString('utf8')) as Served;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, served]) => operationOf(method, path, served)),
  );
  return { operations, components };
}

function operationOf(method: string, path: string, served: ServedOperation): Operation {
  const { operationId: id, security, requestBody, responses } = served;
  const isOpen = security.some(({ token }) => token === undefined);
  const answers = Object.entries(responses).map(([status, { content = {} }]) => {
    const schemas = Object.entries(content).map(([type, { schema }]) => [type, schema] as const);
    return [status, Object.fromEntries(schemas)] as const;
  });
  return {
    id,
    method: method.toUpperCase(),
    path,
    scopes: isOpen ? 'open' : security.flatMap(({ token = [] }) => token),
    takesJson: requestBody?.content['application/json'] !== undefined,
    answers: Object.fromEntries(answers),
  };
}

/** What parameters are called by where nothing is meant by them. */
export const sampleName = 'sample';

/** Puts samples in the place of parameters: of a path, or of a scope. */
export function filledIn(template: string): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === 'sha256' ? sha256Of(sampleName) : sampleName,
  );
}
