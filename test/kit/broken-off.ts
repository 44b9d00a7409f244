import type { RequestListener } from 'node:http';

/** Sends a file from where it is asked for, but at most `bytes` before the connection breaks. */
export function brokenOff(content: Buffer, bytes: number): RequestListener {
  return (request, response) => {
    const start = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
    const range = `bytes ${start}-${content.length - 1}/${content.length}`;
    response.writeHead(start === 0 ? 200 : 206, {
      etag: '"one"',
      'content-length': content.length - start,
      ...(start === 0 ? {} : { 'content-range': range }),
    });
    const piece = content.subarray(start, start + bytes);
    if (start + bytes >= content.length) response.end(piece);
    else response.write(piece, () => response.destroy());
  };
}
