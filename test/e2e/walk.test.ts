/** `npm run demo` itself: the walk through all milestones, and how it goes on and ends. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { freePort } from '../kit/free-port.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { Demo, processesOf } from './kit/demo-process.ts';

const all = [0, 1, 2, 3, 4, 5, 6];

describe('the walk through the milestones', function () {
  this.timeout(900_000);
  const folder = temporaryFolder();

  function nothingIsLeft(): void {
    assert.deepEqual(processesOf(folder.path), []);
    assert.deepEqual(
      readdirSync(folder.path).filter((name) => !name.startsWith('tsx-')),
      [],
    );
  }

  it('tells all of them in order, plainly where it is piped, and says how long it took', async () => {
    const demo = new Demo(folder.path, ['--exit', '--port', '0']);
    const { status, stdout, stderr } = await demo.ended();
    assert.deepEqual([status, stderr], [0, '']);
    const told = [...stdout.matchAll(/^Milestone (\d) · /gm)].map(([, number]) => Number(number));
    assert.deepEqual(told, all);
    const timed = [...stdout.matchAll(/^ {2}Milestone (\d) took [\d.]+ m?s\.$/gm)];
    assert.equal(timed.length, all.length);
    assert.match(stdout, /^All of it went as told, in [\d.]+ s\.$/m);
    assert.doesNotMatch(stdout, /[\r\u001b]/u);
    nothingIsLeft();
  });

  it('opens with a picture: who, which listener, which key', async () => {
    const port = await freePort();
    const demo = new Demo(folder.path, ['--port', String(port)]);
    await demo.printed(/^Milestone 0/m);
    demo.signal('SIGINT');
    const { status, stdout } = await demo.ended();
    assert.equal(status, 130);
    const [picture = ''] = stdout.split('Milestone 0');
    const listeners = [port, port + 1].map((each) => `127.0.0.1:${each}`);
    for (const part of [...listeners, 'key in an HSM', '3 admins']) {
      assert(picture.includes(part), part);
    }
    nothingIsLeft();
  });

  it('waits for Enter before each act with --step, and for nobody else', async () => {
    const demo = new Demo(folder.path, ['--milestone', '0', '--step', '--exit', '--port', '0']);
    const acts = ['Milestone 0', 'What it does not', 'What those who release do not'];
    for (const [count, act] of acts.entries()) {
      const soFar = await demo.printed(new RegExp(`^([^]*?\\(Enter goes on\\)){${count + 1}}`));
      assert(!soFar.includes(`\n${act}`), `${act} began before Enter`);
      demo.enter();
      await demo.printed(new RegExp(`^${act}`, 'm'));
    }
    const { status, stdout } = await demo.ended();
    assert.equal(status, 0);
    assert.equal(stdout.split('(Enter goes on)').length - 1, acts.length);
    nothingIsLeft();
  });

  it('goes on to the end with --step where nobody can press Enter', async () => {
    const demo = new Demo(folder.path, ['--milestone', '0', '--step', '--exit', '--port', '0']);
    demo.hangUp();
    assert.equal((await demo.ended()).status, 0);
    nothingIsLeft();
  });
});
