/** A fetcher on the `fetch` of browsers. They undo encodings and say nothing of why a connection failed. */
import { fault } from '../../../core/error/error.ts';
import { StatusError, type Fetched, type Fetcher, type FetchOptions } from '../../fetcher.ts';

const timeoutMs = 30_000;

export const webFetcher: Fetcher = {
  async fetch(url: string, { maxLength }: FetchOptions): Promise<Fetched> {
    const response = await answerOf(url);
    if (!response.ok) throw new StatusError(url, response.status);
    return { offset: 0, body: bodyOf(url, response, maxLength) };
  },
};

async function answerOf(url: string): Promise<Response> {
  try {
    return await fetch(url, {
      redirect: 'error',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (cause) {
    throw unreachable(url, 'no answer that this page may read', cause);
  }
}

async function* bodyOf(
  url: string,
  response: Response,
  maxLength: number,
): AsyncGenerator<Uint8Array> {
  const body = response.body as ReadableStream<Uint8Array> | null;
  const reader = body?.getReader();
  let left = maxLength;
  try {
    for (;;) {
      const step = await reader?.read();
      if (step?.value === undefined) return;
      left -= step.value.length;
      if (left < 0) throw tooLong(url, maxLength);
      yield step.value;
    }
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) {
      throw unreachable(url, 'the connection was cut', error);
    }
    throw error;
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}

function unreachable(url: string, message: string, cause: unknown) {
  return fault('download.unreachable', url, message, {
    hint: 'see that the server runs, and that it lets this page read it (CORS)',
    cause,
  });
}

function tooLong(url: string, maxLength: number) {
  return fault('download.too-long', url, `the file is longer than ${maxLength} bytes`);
}
