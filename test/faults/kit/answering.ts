/** Makers of bad answers. Those that node's own server would not give are written to the socket. */
import type { RequestListener } from 'node:http';

/** An answer in the place of the genuine file. */
export type Answer = (genuine: Buffer) => RequestListener;
type Content = (genuine: Buffer) => Buffer | string;

/** A body with its own length, well sent. */
export function sent(content: Content): Answer {
  return (genuine) => (_, response) => {
    const body = Buffer.from(content(genuine));
    response.writeHead(200, { 'content-length': body.length }).end(body);
  };
}

export function encoded(encoding: string, content: Content): Answer {
  return (genuine) => (_, response) => {
    response.writeHead(200, { 'content-encoding': encoding }).end(content(genuine));
  };
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return () => (_, response) => {
    response.writeHead(code, headers).end();
  };
}

/** A head with this line in it, this body, and the connection ends, or stays without a word. */
export function raw(
  content: Content,
  headerLine: (genuine: Buffer) => string,
  end: 'end' | 'stay' | 'reset' = 'end',
): Answer {
  return (genuine) =>
    ({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\n${headerLine(genuine)}\r\n\r\n`);
      socket.write(content(genuine), () => {
        if (end === 'end') socket.end();
        if (end === 'reset') socket.resetAndDestroy();
      });
    };
}

/** These bytes instead of any answer. */
export function bytes(content: Uint8Array | string): Answer {
  return () =>
    ({ socket }) => {
      socket.end(content);
    };
}

export function reset(): Answer {
  return () =>
    ({ socket }) => {
      socket.resetAndDestroy();
    };
}

/** The genuine bytes, then blanks for as long as somebody reads. */
export function endless(content: Content): Answer {
  const blanks = Buffer.alloc(16_384, ' ');
  return (genuine) => (_, response) => {
    const more = () => response.write(blanks, more);
    response.write(Buffer.concat([Buffer.from(content(genuine)), blanks]), more);
  };
}

/** The genuine bytes, one every five milliseconds. */
export function byteByByte(): Answer {
  return (genuine) => (_, response) => {
    let at = 0;
    response.writeHead(200, { 'content-length': genuine.length });
    const timer = setInterval(() => response.write(genuine.subarray(at, (at += 1))), 5);
    response.once('close', () => {
      clearInterval(timer);
    });
  };
}

/** "100 Continue" again and again, and never an answer. */
export function promises(): Answer {
  return () =>
    ({ socket }) => {
      const timer = setInterval(() => {
        if (socket.writableLength < 65_536) {
          socket.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(200));
        }
      }, 1);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        clearInterval(timer);
      });
    };
}

export function half(genuine: Buffer): Buffer {
  return genuine.subarray(0, genuine.length >> 1);
}

export function whole(genuine: Buffer): Buffer {
  return genuine;
}

export function itsLength({ length }: Buffer): string {
  return `content-length: ${length}`;
}

/** Of signed metadata another signature, of anything else another byte in the middle. */
export function altered(genuine: Buffer): Buffer {
  const other = Buffer.from(genuine);
  const mark = '"sig": "';
  const signature = other.indexOf(mark);
  if (signature === -1) other[other.length >> 1] = (other[other.length >> 1] ?? 0) ^ 1;
  else other.write(other[signature + mark.length] === 0x30 ? '1' : '0', signature + mark.length);
  return other;
}
