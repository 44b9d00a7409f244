import assert from 'node:assert/strict';
import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeSignerSettings } from '../../core/home/signer-settings.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import { answerSchema, type Answer } from '../../daemon/signer/protocol.ts';
import { signerAt } from '../../daemon/signer/socket-client.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { freshFolders } from '../kit/folders.ts';
import * as online from '../kit/online-metadata.ts';
import { signerProgram } from '../kit/signer-program.ts';
import { until } from '../kit/until.ts';

const bytes = online.snapshotBytes(1, { now: new Date() }).toString('base64');
const sign = { id: 1, ask: 'sign', role: 'snapshot', bytes };

describe('whoever owns the daemon and talks to the signer', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tuf-on-git-test-'));
  let child: ChildProcess;

  before(async () => {
    await generateKey('file:online.json', 'ed25519', { folder, unsafePlaintext: true });
    await writeSignerSettings(folder, { format: 1, keys: ['file:online.json'] });
    child = fork(signerProgram(), [folder], { stdio: 'ignore', execArgv: [] });
  });
  after(async () => {
    child.disconnect();
    await once(child, 'exit');
    rmSync(folder, { recursive: true });
  });

  const ask = async (message: object | string | number): Promise<Answer> => {
    child.send(message);
    const [answer] = (await once(child, 'message')) as unknown[];
    return answerSchema.parse(answer);
  };
  const codeOf = (answer: Answer) => ('error' in answer ? answer.error.code : 'no error');

  it('gets a signature for a snapshot', async () => {
    assert.ok('signatures' in (await ask(sign)));
  });

  const hostile: Record<string, object | string | number> = {
    text: 'keys',
    'a number': 7,
    'a list': [sign],
    nothing: {},
    'no id': { ...sign, id: undefined },
    'an id that is text': { ...sign, id: '1' },
    'another question': { id: 1, ask: 'export' },
    'one more field': { ...sign, unsafe: true },
    'the root': { ...sign, role: 'root' },
    'the targets': { ...sign, role: 'targets' },
    'a prototype': { ...sign, role: '__proto__' },
    'bytes that are no base64': { ...sign, bytes: '{"_type":"snapshot"}' },
    'no bytes': { ...sign, bytes: '' },
    'bytes that are a list': { ...sign, bytes: [123, 125] },
    'ten megabytes': { ...sign, bytes: 'A'.repeat(13_981_016) },
    'a key that is a path': { ...sign, keyids: ['../../etc/passwd'] },
    'no keys at all': { ...sign, keyids: [] },
    'a signature by a key that it does not hold': { ...sign, keyids: ['0'.repeat(64)] },
    'a root under the name of a snapshot': {
      ...sign,
      bytes: Buffer.from('{"_type":"root","version":1}').toString('base64'),
    },
  };
  for (const [what, message] of Object.entries(hostile)) {
    it(`is refused ${what}, and the next honest request is answered`, async () => {
      assert.equal(codeOf(await ask(message)), 'signer.refused');
      assert.ok('signatures' in (await ask(sign)));
    });
  }

  it('gets no more than code, place, sentence and hint of an error', async () => {
    const answer = await ask({ ...sign, bytes: 'AAAA' });
    assert.ok('error' in answer);
    assert.deepEqual(Object.keys(answer.error).sort(), ['code', 'message', 'where']);
    assert.doesNotMatch(JSON.stringify(answer), /node_modules|at .*:\d+|CKR_/);
  });
});

describe('the signer’s program', () => {
  const folder = freshFolders();

  it('says what it is for when it is started by hand', () => {
    const { status, stderr } = spawnSync(process.execPath, [signerProgram(), folder()], {
      encoding: 'utf8',
    });
    assert.equal(status, 2);
    assert.match(stderr, /^tuf-on-git: the signer is started by: tuf-on-git serve HOME\n$/);
  });

  it('ends when the daemon is gone without a word', async () => {
    const script = `require('node:child_process').fork(${JSON.stringify(signerProgram())},
      [${JSON.stringify(folder())}], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
      .on('message', () => process.stdout.write('up')).send({});`;
    const daemon = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    await once(daemon.stdout, 'data');
    daemon.stderr.resume();
    daemon.kill('SIGKILL');
    // The signer holds the other end of this pipe: it closes when the last of both is gone.
    await once(daemon.stderr, 'close');
  });
});

describe('a signer behind a socket', () => {
  const folder = freshFolders();

  it('waits for an answer as long as its settings say', async function () {
    if (process.platform !== 'linux') this.skip();
    const key = 'file:online.json';
    await generateKey(key, 'ed25519', { folder: folder(), unsafePlaintext: true });
    await writeSignerSettings(folder(), { format: 1, keys: [key], timeoutSeconds: 6 });
    const socket = path.join(folder(), 'socket');
    const args = [signerProgram(), folder(), '--socket', socket];
    const service = spawn(process.execPath, args, { stdio: 'ignore' });
    try {
      await until('it listens', () => existsSync(socket));
      const client = signerAt(socket, 60_000);
      assert.equal((await client.publicKeys()).length, 1);
      process.kill(childOf(Number(service.pid)), 'SIGSTOP');
      await rejectsWithFault('signer.unavailable', client.publicKeys());
      assert.equal((await client.publicKeys()).length, 1, 'the service has killed what hung');
    } finally {
      service.kill('SIGTERM');
      await once(service, 'exit');
    }
  });
});

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}
