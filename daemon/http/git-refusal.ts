import type { Context } from 'koa';

/** The refusal of a request, in one line that git shows to its user. */
export interface Refusal {
  readonly status: number;
  readonly line: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers in plain text: the one type of an error's body that git prints, as `remote: …`. */
export function refuse(ctx: Context, { status, line, headers = {} }: Refusal): void {
  ctx.status = status;
  ctx.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store', ...headers });
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = `${line}\n`;
}

export const notFound: Refusal = { status: 404, line: 'there is nothing here' };

export const moreInQuery: Refusal = {
  status: 400,
  line: 'the address holds more than the service; a token belongs in the Authorization header',
};

export function notAllowed(method: string): Refusal {
  return { status: 405, line: `only ${method} here`, headers: { Allow: method } };
}

export function notSpoken(line: string): Refusal {
  return { status: 415, line };
}

export const unauthorised: Refusal = {
  status: 401,
  line: 'a valid token is needed; give it as the password, with any user name',
  headers: { 'WWW-Authenticate': 'Basic realm="tuf-on-git", charset="UTF-8"' },
};

export function forbidden(service: 'fetch' | 'push'): Refusal {
  return { status: 403, line: `this token may not ${service}` };
}

export const busy: Refusal = {
  status: 503,
  line: 'too many fetches or pushes at once; try again in a moment',
  headers: { 'Retry-After': '5' },
};

/** What git itself said goes to the log of the server and to nobody else. */
export const troubled: Refusal = {
  status: 500,
  line: 'git cannot answer; see the log of the server',
};
