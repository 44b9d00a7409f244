/** `npm run demo` itself: the walk through all milestones, and how it goes on and ends. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
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
    const timed = [...stdout.matchAll(/^ {2}Milestone (\d) took [\d.]+ s\.$/gm)];
    assert.equal(timed.length, all.length);
    assert.match(stdout, /^All of it went as told, in [\d.]+ s\.$/m);
    assert.doesNotMatch(stdout, /[\r\u001b]/u);
    nothingIsLeft();
  });

  it('opens with a picture: who, which listener, which key', async () => {
    const demo = new Demo(folder.path, ['--port', '18080']);
    await demo.printed(/^Milestone 0/m);
    demo.signal('SIGINT');
    const { status, stdout } = await demo.ended();
    assert.equal(status, 130);
    const [picture = ''] = stdout.split('Milestone 0');
    for (const part of ['127.0.0.1:18080', '127.0.0.1:18081', 'key in an HSM', '3 admins']) {
      assert(picture.includes(part), part);
    }
    nothingIsLeft();
  });

  it('waits for Enter before each act with --step, and for nobody else', async () => {
    const demo = new Demo(folder.path, ['--milestone', '0', '--step', '--exit', '--port', '0']);
    await demo.printed(/\(Enter goes on\)/);
    demo.enter();
    await demo.printed(/^Milestone 0[^]*\(Enter goes on\)/m);
    demo.enter();
    const { status, stdout } = await demo.ended();
    assert.equal(status, 0);
    assert.equal(stdout.split('(Enter goes on)').length - 1, 2);
    nothingIsLeft();
  });

  it('goes on to the end with --step where nobody can press Enter', async () => {
    const demo = new Demo(folder.path, ['--milestone', '0', '--step', '--exit', '--port', '0']);
    demo.hangUp();
    assert.equal((await demo.ended()).status, 0);
    nothingIsLeft();
  });
});
