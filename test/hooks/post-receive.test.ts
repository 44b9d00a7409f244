import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { installHooks } from '../../hooks/install.ts';
import { gitSandbox, type GitSandbox } from '../kit/git.ts';

const bin = path.resolve(import.meta.dirname, '../../dist/bin');

describe('the hook after a push', () => {
  let sandbox: GitSandbox;
  let daemon: Server;

  beforeEach(async () => {
    sandbox = await gitSandbox();
    daemon = createServer();
  });
  afterEach(async () => {
    daemon.close();
    await sandbox.remove();
  });

  const socketPath = () => path.join(sandbox.dir, 'daemon.sock');
  const listen = async () => {
    daemon.listen(socketPath());
    await once(daemon, 'listening');
  };
  /** Pushes through a gate that lets everything in, with this program to nudge the daemon. */
  const push = async (postReceive: string) => {
    await installHooks({
      hooksDir: path.join(sandbox.dir, 'hooks'),
      pinnedRoot: path.join(sandbox.dir, 'root.json'),
      failureLog: path.join(sandbox.dir, 'failures.log'),
      nudgeSocket: socketPath(),
      programs: { preReceive: path.join(bin, 'pre-receive.cjs'), postReceive },
    });
    await sandbox.hook('pre-receive', 'exit 0');
    const clone = await sandbox.clone();
    await clone.write('file', 'content');
    await clone.commit('one');
    return clone.git('push', 'origin', 'HEAD:refs/heads/main');
  };

  it('nudges the daemon', async () => {
    await listen();
    const nudged = once(daemon, 'connection');
    const { status, stderr } = await push(path.join(bin, 'post-receive.cjs'));
    assert.equal(status, 0, stderr);
    await nudged;
  });

  it('lets the pusher go before the daemon has been told', async () => {
    await listen();
    const connected = once(daemon, 'connection') as Promise<[Socket]>;
    const program = path.join(sandbox.dir, 'slow.cjs');
    await writeFile(program, `require('node:net').connect(process.argv[2]).resume();\n`);
    const { status, stderr } = await push(program);
    assert.equal(status, 0, stderr);
    const [socket] = await connected;
    socket.end();
  });

  it('is quiet where no daemon is', async () => {
    const { status, stderr } = await push(path.join(bin, 'post-receive.cjs'));
    assert.equal(status, 0);
    assert.doesNotMatch(stderr, /remote:/);
  });
});
