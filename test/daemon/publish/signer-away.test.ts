import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { promisify } from 'node:util';
import path from 'node:path';
import { writeSignerSettings } from '../../../core/home/signer-settings.ts';
import { generateKey } from '../../../core/signers/open-signer.ts';
import { daemonSuite, fetchSigned, statusOf } from '../../kit/daemon.ts';
import type { TestHome } from '../../kit/home.ts';
import { until } from '../../kit/until.ts';

describe('a signer that is away', () => {
  const suite = daemonSuite();

  it('leaves everything served; pushes wait visibly, and come out when it is back', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    await daemon.close();
    await hideKey(home);
    const again = await suite.serve(home);
    await home.release('1.1.0');
    await again.reconcile();
    assert.equal(await statusOf(again, '/metadata/timestamp.json'), 200);
    assert.deepEqual(
      again.readiness().reasons.map(({ code }) => code.split('.')[0]),
      ['signer'],
    );
    assert.equal(await statusOf(again, '/metadata/2.alice.json'), 404);
    await showKey(home);
    await until(
      'the release is out',
      async () => (await statusOf(again, '/metadata/2.alice.json')) === 200,
    );
    await again.reconcile();
    assert.equal(again.readiness().ready, true);
  });

  it('is alarming when half of the life is over that clients had left', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    await daemon.close();
    await hideKey(home);
    let now = new Date();
    const again = await suite.serve(home, { clock: { now: () => now } });
    const codes = async (hours: number) => {
      now = new Date(now.getTime() + hours * 3_600_000);
      await again.reconcile();
      return again.readiness().reasons.map(({ code }) => code);
    };
    assert.deepEqual(await codes(0), ['signer.key-not-found']);
    assert.deepEqual(await codes(11), ['signer.key-not-found']);
    assert.deepEqual(await codes(2), ['signer.key-not-found', 'publish.stalled']);
    await showKey(home);
    assert.deepEqual(await codes(0), []);
  });

  it('costs no version numbers while it is away', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    await daemon.close();
    await hideKey(home);
    const again = await suite.serve(home);
    await home.release('1.1.0');
    for (let attempt = 0; attempt < 5; attempt += 1) await again.reconcile();
    await showKey(home);
    await again.reconcile();
    assert.equal((await fetchSigned(again, 'timestamp.json'))['version'], 2);
  });

  it('may be killed at any time', async () => {
    const home = await suite.home();
    const pids: number[] = [];
    const daemon = await suite.serve(home);
    for (const version of ['1.1.0', '1.2.0', '1.3.0']) {
      const pid = await signerOf(home);
      process.kill(pid, 'SIGKILL');
      pids.push(pid);
      await home.release(version);
      await until('the release is out', async () => {
        await daemon.reconcile();
        return daemon.readiness().generation?.commit === (await home.tip());
      });
    }
    assert.equal(new Set(pids).size, 3);
    assert.equal((await fetchSigned(daemon, 'timestamp.json'))['version'], 4);
  });

  it('that holds another key than root names publishes nothing', async () => {
    const home = await suite.home();
    const file = path.join(home.paths.signer, 'other.json');
    await generateKey(`file:${file}`, 'ed25519', { unsafePlaintext: true });
    await writeSignerSettings(home.paths.signer, { format: 1, keys: ['file:other.json'] });
    const daemon = await suite.serve(home);
    assert.equal(daemon.readiness().ready, false);
    assert.equal(await statusOf(daemon, '/metadata/timestamp.json'), 503);
  });
});

const keyFile = ({ paths }: TestHome) => path.join(paths.signer, 'online.json');

function hideKey(home: TestHome): Promise<void> {
  return rename(keyFile(home), `${keyFile(home)}.away`);
}

function showKey(home: TestHome): Promise<void> {
  return rename(`${keyFile(home)}.away`, keyFile(home));
}

/** The process that has the signer's folder as its argument. */
async function signerOf({ paths }: TestHome): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args=']);
  const line = stdout.split('\n').find((each) => each.endsWith(` ${paths.signer}`));
  assert.ok(line, 'there is no signer');
  return Number.parseInt(line, 10);
}
