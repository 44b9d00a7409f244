import assert from 'node:assert/strict';
import { askApi, bodyOf } from '../kit/api.ts';
import { newFile, release } from '../kit/changes.ts';
import { startDaemonProgram, type DaemonProgram } from '../kit/daemon-program.ts';
import { hangingHook, type HookName } from '../kit/hook-script.ts';
import { makeHome, type TestHome } from '../kit/home.ts';
import { until } from '../kit/until.ts';
import { issueToken } from '../kit/uploads.ts';

const key = { 'idempotency-key': 'tool 1.0.1' };

describe('a change whose daemon is killed', () => {
  let home: TestHome;
  let daemon: DaemonProgram;

  beforeEach(async () => {
    home = await makeHome();
    daemon = await startDaemonProgram(home);
  });
  afterEach(async () => {
    await daemon.stop();
    await home.remove();
  });

  const cases: [when: string, hook: HookName][] = [
    ['while the gate judges it', 'pre-receive'],
    ['when main has moved, before it is answered', 'post-receive'],
  ];
  for (const [when, name] of cases) {
    it(`${when}, lands once and is published, for whoever sends it again`, async () => {
      const send = await sender();
      const hook = await hangingHook(home.paths, name);
      const cut = assert.rejects(send());
      await hook.reached();
      await daemon.kill();
      await cut;
      await hook.release();
      daemon = await startDaemonProgram(home);
      await lands(send);
    });
  }

  it('while its push is under way still, lands once: the push, or what is sent again', async () => {
    const send = await sender();
    const hook = await hangingHook(home.paths);
    const cut = assert.rejects(send());
    await hook.reached();
    await daemon.kill();
    await cut;
    daemon = await startDaemonProgram(home);
    const again = lands(send);
    await hook.release();
    await again;
  });

  it('before it was sent to the gate leaves nothing, and no folder of objects', async () => {
    const send = await sender();
    const [reply] = await Promise.allSettled([send(), daemon.kill()]);
    daemon = await startDaemonProgram(home);
    assert.ok(reply.status === 'rejected' || reply.value.status === 201);
    await lands(send);
  });

  async function sender() {
    const token = await issueToken(home, 'alice', ['change:submit']);
    const body = await bodyOf(home, release(newFile));
    return () => askApi(daemon, '/changes', { method: 'POST', token, headers: key, body });
  }

  async function lands(send: () => ReturnType<typeof askApi>): Promise<void> {
    const { status, json } = await send();
    assert.equal(status, 201, JSON.stringify(json));
    const { id, commit } = json as { id: string; commit: string };
    assert.equal(await home.tip(), commit);
    await until('it is published', async () => {
      const change = await askApi(daemon, `/changes/${id}`);
      assert.equal(change.json['commit'], commit);
      return change.json['state'] === 'published';
    });
    const again = await send();
    assert.equal(again.json['commit'], commit);
    assert.equal(await home.tip(), commit, 'nothing came after it');
  }
});
