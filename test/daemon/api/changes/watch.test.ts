import assert from 'node:assert/strict';
import { withdrawEvent } from '../../../../core/gate/events/withdraw.ts';
import type { JsonObject } from '../../../../core/metadata/json.ts';
import { accepted, apiSuite, bodyOf, codesOf, openEvent, type ApiScene } from '../../../kit/api.ts';
import { release, releaseByBob } from '../../../kit/changes.ts';
import { until } from '../../../kit/until.ts';

const file = 'alice-project/tool/1.0.1/tool.tgz';

describe('what became of a change', () => {
  const open = apiSuite();
  let scene: ApiScene;
  let id = '';

  beforeEach(async () => {
    scene = await open();
    const sent = await scene.send(await bodyOf(scene.home, release(file)));
    id = accepted(sent)['id'] as string;
  });

  function events(lastEventId?: string): Promise<Response> {
    return fetch(`${scene.daemon.console}/api/v1/changes/${id}`, {
      headers: {
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });
  }

  it('is told as events until it is published', async () => {
    const response = await events();
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    const names = [...(await response.text()).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
    assert.deepEqual(names, ['queued', 'verified', 'published']);
  });

  it('goes on behind the last event that arrived, and says when none is left', async () => {
    const text = await (await events('1')).text();
    assert.deepEqual(
      [...text.matchAll(/^id: (\d)$/gm)].map(([, number]) => number),
      ['2', '3'],
    );
    assert.equal((await events('3')).status, 204);
  });

  it('is told as withdrawn with the event that it was made in, and no more is waited for', async () => {
    scene = await open();
    ({ id } = await openEvent(scene, 'release'));
    const watched = events();
    await withdrawEvent(scene.home.git, 'release', new Date());
    const names = [...(await (await watched).text()).matchAll(/^event: (\w+)$/gm)];
    assert.deepEqual(
      names.map(([, name]) => name),
      ['queued', 'verified', 'withdrawn'],
    );
    assert.equal((await events('3')).status, 204);
    await scene.restart();
    assert.equal((await scene.ask(`/changes/${id}`)).json['state'], 'withdrawn');
  });

  it('is known after a restart, for git tells of it', async () => {
    await until('it is published', async () => {
      const { json } = await scene.ask(`/changes/${id}`);
      return json['state'] === 'published';
    });
    await scene.restart();
    const { status, json } = await scene.ask(`/changes/${id}`);
    assert.equal(status, 200);
    assert.equal(json['state'], 'published');
    assert.equal(json['by'], 'alice');
    assert.equal(json['generation'], 2);
    const list = (await scene.ask('/changes')).json['changes'] as { id: string }[];
    assert.deepEqual(
      list.map((each) => each.id),
      [id],
    );
  });

  it('comes before older ones in the list, page by page', async () => {
    const body = await bodyOf(scene.home, releaseByBob('bob-project/app/3.0/app.bin'));
    const second = accepted(await scene.send(body))['id'] as string;
    const first = (await scene.ask('/changes?limit=1')).json;
    const rest = (await scene.ask(`/changes?limit=1&cursor=${second}`)).json;
    const ids = [first, rest].flatMap(({ changes }) =>
      (changes as JsonObject[]).map((change) => change['id']),
    );
    assert.deepEqual(ids, [second, id]);
    assert.deepEqual([first['cursor'], rest['cursor']], [second, undefined]);
    assert.equal((await scene.ask('/changes?cursor=nothing')).status, 400);
  });

  it('is not what a commit says that somebody pushed', async () => {
    const { home } = scene;
    const tip = await home.tip();
    const real = (await home.git.commit(tip)).message.trimEnd().split('\n\n').at(-1) ?? '';
    const claims = [real.replace(/^Change-Id: .*$/m, `Change-Id: ${'f'.repeat(32)}`), real];
    const { tree } = await home.git.commit(tip);
    for (const claim of claims) {
      const [from, time] = [await home.tip(), new Date()];
      const author = { name: 'alice', email: 'alice@tokens' };
      const message = `alice: more\n\n${claim}\n`;
      const to = await home.git.writeCommit({ tree, parents: [from], message, author, time });
      await home.git.updateRef({ ref: 'refs/heads/main', from, to, message: 'push' });
      assert.equal((await scene.ask(`/changes/${'f'.repeat(32)}`)).status, 404);
      assert.equal((await scene.ask(`/changes/${id}`)).json['commit'], tip);
    }
  });

  it('is not found under another name', async () => {
    const reply = await scene.ask(`/changes/${id.slice(1)}`);
    assert.equal(reply.status, 404);
    assert.deepEqual(codesOf(reply), ['change.not-found']);
  });
});
