/** One small file of another server, read with the patience that a daemon has. */
import { fault } from '../../core/error/error.ts';

export interface FetchedFile {
  /** Undefined when the server says that there is none. */
  readonly bytes: Buffer | undefined;
  /** The server's own clock, by its `Date` header. */
  readonly date: Date | undefined;
}

const timeoutMs = 5_000;

/** @throws `publish.witness` when there is no usable answer */
export async function fetchFile(url: string, maxBytes: number): Promise<FetchedFile> {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const date = dateOf(response);
    if (response.status === 404) {
      await response.body?.cancel();
      return { bytes: undefined, date };
    }
    if (response.status !== 200) throw unusable(url, `status ${response.status}`);
    return { bytes: await readUpTo(response, maxBytes, url), date };
  } catch (cause) {
    // What fetch() throws when it gets no answer, the time-out included.
    if (cause instanceof TypeError || cause instanceof DOMException) {
      throw unusable(url, 'it does not answer', cause);
    }
    throw cause;
  }
}

function dateOf({ headers }: Response): Date | undefined {
  const time = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}

async function readUpTo({ body }: Response, maxBytes: number, url: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw unusable(url, `it is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unusable(url: string, message: string, cause?: unknown) {
  return fault('publish.witness', url, message, { cause });
}
