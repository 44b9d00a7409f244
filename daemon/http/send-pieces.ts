import type { ServerResponse } from 'node:http';

/**
 * Writes pieces one after the other and reads the next one meanwhile: a piece is on its way to the kernel, and
 * its memory free, before the next but one is asked for. The answer is not ended.
 * @throws when the client goes away, or a piece cannot be read
 */
export async function sendPieces(
  response: ServerResponse,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  // Also told to the write that it concerns.
  response.on('error', () => undefined);
  let last: Promise<Error | undefined> | undefined;
  for await (const piece of pieces) {
    throwIfFailed(await last);
    last = written(response, piece);
  }
  throwIfFailed(await last);
}

/** Resolves, and never rejects: it may be looked at much later. */
function written(response: ServerResponse, piece: Uint8Array): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const gone = () => {
      resolve(new RangeError('the client went away'));
    };
    if (response.destroyed) {
      gone();
      return;
    }
    response.once('close', gone);
    response.write(piece, (error) => {
      response.off('close', gone);
      resolve(error ?? undefined);
    });
  });
}

function throwIfFailed(error: Error | undefined): void {
  if (error !== undefined) throw error;
}
