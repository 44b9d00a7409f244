/**
 * The signer as a service under an account of its own, so that the daemon's account reaches neither
 * keys nor PIN nor floor. It listens on a unix socket: one request a connection, a line of JSON each
 * way, in the words of protocol.ts. Whoever may open the socket may ask; what is signed is the
 * signer's own to judge.
 */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { fault, TufOnGitError } from '../../core/error/error.ts';
import { hasCode } from '../../core/error/system-error.ts';
import { readLine } from './line.ts';
import { outgoing, requestSchema, type Answer, type Request } from './protocol.ts';
import type { SignerClient } from './signer-client.ts';
import { isAnswering } from './socket-client.ts';

const idleMs = 5_000;
const graceMs = 2_000;

/**
 * @param file of the socket; mode 0660 with the group of this process. One that nobody answers on is
 *   taken away
 * @returns when it listens; call the result to end it
 * @throws `home.locked` when a signer answers there already, `home.not-writable`
 */
export async function serveSigner(
  signer: SignerClient,
  file: string,
): Promise<() => Promise<void>> {
  if (await isAnswering(file)) {
    throw fault('home.locked', file, 'a signer already listens here', {
      hint: 'stop that one first',
    });
  }
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    void converse(socket, signer);
  });
  server.maxConnections = 64;
  await listen(server, file);
  return () => close(server, open);
}

async function converse(socket: Socket, signer: SignerClient): Promise<void> {
  socket.on('error', () => socket.destroy());
  socket.setTimeout(idleMs, () => socket.destroy());
  try {
    const request = requestSchema.safeParse(JSON.parse(await readLine(socket)));
    if (!request.success) throw new RangeError('this is no request');
    socket.setTimeout(0);
    const text = `${JSON.stringify(await answer(signer, request.data))}\n`;
    // Who takes the answer is not waited for any longer.
    socket.setTimeout(idleMs).end(text, () => {
      socket.destroySoon();
    });
  } catch {
    socket.destroy(); // half a request, or none: there is nobody to answer
  }
}

async function answer(signer: SignerClient, request: Request): Promise<Answer> {
  try {
    return { id: request.id, ...(await carryOut(signer, request)) };
  } catch (error) {
    if (error instanceof TufOnGitError) return { id: request.id, error: outgoing(error) };
    throw error;
  }
}

async function carryOut(signer: SignerClient, request: Request) {
  if (request.ask === 'keys') {
    const { of: role } = request;
    const keys = await (role === undefined ? signer.publicKeys() : signer.delegatedKeys(role));
    return { keys: keys.map(({ json }) => json) };
  }
  if (request.ask === 'places') return { places: [...(await signer.places())] };
  if (request.ask === 'floor') return { floor: await signer.floor() };
  const bytes = Buffer.from(request.bytes, 'base64');
  const signatures =
    request.ask === 'sign'
      ? await signer.sign(request.role, bytes, request.keyids)
      : await signer.signDelegated(request.role, bytes);
  return { signatures: [...signatures] };
}

function listen(server: Server, file: string): Promise<void> {
  rmSync(file, { force: true });
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const hint = hasCode(cause, 'ENOENT')
        ? 'its folder must be there'
        : 'its folder must be writable, and its path shorter than 104 bytes';
      reject(fault('home.not-writable', file, 'the socket cannot be made', { hint, cause }));
    });
    server.listen(file, () => {
      chmodSync(file, 0o660);
      resolve();
    });
  });
}

/** Lets an answer under way go out, and waits for no client. */
function close(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  const hurry = setTimeout(() => {
    for (const socket of open) socket.destroy();
  }, graceMs);
  return new Promise((resolve) => {
    server.close(() => {
      clearTimeout(hurry);
      resolve();
    });
  });
}
