import type { Socket } from 'node:net';
import { maxSignedBytes } from './protocol.ts';

/** A request that carries the largest metadata there is, in base64, and what stands around it. */
const maxLineBytes = Math.ceil(maxSignedBytes / 3) * 4 + 65_536;

/** The first line of what comes. @throws RangeError when it never ends, or is too long */
export function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer): void => {
      const end = chunk.indexOf(0x0a);
      chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
      length += chunk.length;
      if (length > maxLineBytes) fail(new RangeError('the line is too long'));
      if (end < 0) return;
      settle(() => {
        resolve(Buffer.concat(chunks).toString('utf8'));
      });
    };
    const fail = (error: Error): void => {
      settle(() => {
        reject(error);
      });
    };
    const cut = (): void => {
      fail(new RangeError('the connection ended in the middle of a line'));
    };
    /** What comes after it is not read. */
    const settle = (tell: () => void): void => {
      socket.off('data', take).off('error', fail).off('end', cut).off('close', cut);
      socket.pause();
      tell();
    };
    socket.on('data', take).once('error', fail).once('end', cut).once('close', cut);
  });
}
