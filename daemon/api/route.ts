/** One operation of the upload API: what it is called, who may, what it answers. */
import type { Context } from 'koa';
import type { z } from 'zod';
import type { TokenRecord, TokenScope } from '../../core/home/tokens.ts';

export interface ApiRoute {
  readonly method: 'get' | 'head' | 'put' | 'post';
  /** Below `/api/v1`, as OpenAPI writes it: `/blobs/{sha256}`. */
  readonly path: string;
  /**
   * `open`: anybody may ask. `token`: whoever has one; the handler asks for what. Else the scope that a
   * token must have; it may depend on the path.
   */
  readonly scope: Admittance | ((params: Params) => TokenScope);
  readonly operation: Operation;
  /** Whatever it throws becomes a problem (RFC 9457). */
  handle(request: ApiRequest): Promise<void>;
}

export type Admittance = 'open' | 'token' | TokenScope;

export type Params = Readonly<Record<string, string>>;

export interface ApiRequest {
  readonly ctx: Context;
  /** Of the path, percent-decoded once. */
  readonly params: Params;
  /** Who asks; on an open route only when a token was sent. */
  readonly token: TokenRecord | undefined;
}

/** For the OpenAPI document. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  /**
   * The scopes of which a token must have one, where the handler asks for them itself; `{…}` stands for
   * what the request names.
   */
  readonly scopes?: readonly string[];
  /** The body of a request, by media type. */
  readonly body?: Readonly<Record<string, z.ZodType | 'binary'>>;
  /** By status; those of every operation (400, 401, 403, 500, 503) are added. */
  readonly answers: Readonly<Record<number, Answer>>;
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodType;
  readonly required?: boolean;
}

export interface Answer {
  readonly description: string;
  /**
   * `problem` for `application/problem+json`, `binary` for bytes, `events` for server-sent ones; absent:
   * no body.
   */
  readonly body?: z.ZodType | 'problem' | 'binary' | 'events';
  /** Whoever asks for `text/event-stream` gets the same as events. */
  readonly alsoEvents?: boolean;
}
