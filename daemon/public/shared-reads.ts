/**
 * Pieces of files, as large as all that are being read at once leave room for: large reads are quick, but
 * thousands of clients that take nothing of what they asked for must not fill the memory.
 */
import type { FileHandle } from 'node:fs/promises';
import { fault } from '../../core/error/error.ts';
import type { ByteRange } from './public-store.ts';

const mostBytes = 1 << 20;
const leastBytes = 16 << 10;
/** Of all readers together; each has two pieces. */
const sharedBytes = 64 << 20;

let taken = 0;

/**
 * The memory of a piece is used again for the next but one: whoever asks for that must have done with it.
 * @param name for the error
 * @throws `publish.file-changed` when the file ends before the range does
 */
export async function* readPieces(
  handle: FileHandle,
  { start, end }: ByteRange,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const size = pieceBytes(end - start + 1);
  taken += 2 * size;
  try {
    const pair = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)] as const;
    let [piece, other] = pair;
    for (let at = start; at <= end;) {
      const wanted = Math.min(size, end + 1 - at);
      const { bytesRead } = await handle.read(piece, 0, wanted, at);
      if (bytesRead === 0) throw fault('publish.file-changed', name, 'it was cut short');
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
      [piece, other] = [other, piece];
    }
  } finally {
    taken -= 2 * size;
  }
}

/** A fourth of what is left, so that the first few do not take it all. */
function pieceBytes(length: number): number {
  const fair = Math.floor((sharedBytes - taken) / 8);
  return Math.min(length, Math.max(leastBytes, Math.min(mostBytes, fair)));
}
