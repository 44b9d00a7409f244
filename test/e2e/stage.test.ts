import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { Stage } from '../../example-repo/kit/stage.ts';
import { listen } from '../../example-repo/kit/listen.ts';
import { StoryFailure } from '../../example-repo/kit/story-failure.ts';

describe('the stage of a story', () => {
  it('cleans up the last thing first, and removes its folder', async () => {
    const stage = await Stage.open({ port: 0 });
    const order: string[] = [];
    for (const name of ['first', 'second']) {
      stage.onEnd(() => Promise.resolve(void order.push(name)));
    }
    await stage.end();
    assert.deepEqual(order, ['second', 'first']);
    assert.equal(existsSync(stage.folder), false);
  });

  it('lets nothing be opened once it has ended', async () => {
    const stage = await Stage.open({ port: 0 });
    const server = createServer();
    await stage.end();
    await assert.rejects(listen(stage, server), StoryFailure);
    assert.equal(server.listening, false);
  });
});
