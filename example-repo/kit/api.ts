/** The upload API by plain HTTP, as anybody with a token can talk to it. */
import type { Ended } from './command.ts';

export interface ApiUser {
  /** Base URL of the console. */
  readonly console: string;
  readonly token: string;
}

export interface ApiAnswer {
  readonly request: string;
  readonly status: number;
  readonly text: string;
}

export async function askApi(
  { console, token }: ApiUser,
  method: string,
  path: string,
  body?: object | Buffer,
): Promise<ApiAnswer> {
  const isFile = Buffer.isBuffer(body);
  const response = await fetch(`${console}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': isFile ? 'application/octet-stream' : 'application/json',
      prefer: 'wait=30',
    },
    ...(body === undefined ? {} : { body: isFile ? new Uint8Array(body) : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { request: `${method} /api/v1${path}`, status: response.status, text };
}

/** A request as if it were a command: what is refused ends with the codes of the problem. */
export function endedOf({ request, status, text }: ApiAnswer): Ended {
  if (status < 400) return { command: request, status: 0, stdout: text, stderr: '' };
  return { command: request, status: 1, stdout: '', stderr: problemLines(status, text).join('\n') };
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { code: string; where: string; detail: string }[];
}

function problemLines(status: number, text: string): readonly string[] {
  const { code, detail, errors } = JSON.parse(text || '{}') as Problem;
  if (errors !== undefined) {
    return errors.map((each) => `[${each.code}] ${each.where}: ${each.detail}`);
  }
  return [`[${code ?? status}] ${detail ?? 'no such thing'}`];
}
