import assert from 'node:assert/strict';
import { assertRefused } from '../kit/cli.ts';
import { exampleDownloader, inDays } from '../kit/example-downloader.ts';

describe('commands with --offline', () => {
  const machine = exampleDownloader();
  beforeEach(() => machine().trust());

  it('ask no server, and do what was done before', async () => {
    const { ok, run, server } = machine();
    await ok(['list']);
    const online = await run(['list', '--all']);
    const asked = server.requests.length;
    assert.deepEqual(await run(['list', '--all', '--offline']), online);
    await ok(['list', 'example/tool', '--offline']);
    assert.match((await run(['refresh', '--offline'])).stderr, /^nothing new$/m);
    assert.equal(server.requests.length, asked);
  });

  it('find a file that is there, and download none', async () => {
    const { ok, run } = machine();
    await ok(['get', 'example/tool']);
    await ok(['get', 'example/tool', '--offline']);
    assertRefused(await run(['get', 'NOTICE', '--offline']), 3, 'client.offline');
  });

  it('say that nothing was ever fetched', async () => {
    for (const command of [['list'], ['refresh'], ['get', 'NOTICE']]) {
      assertRefused(await machine().run([...command, '--offline']), 3, 'client.offline');
    }
  });

  it('refuse what has expired, except as of a time when it had not', async () => {
    const { ok, run } = machine();
    await ok(['list']);
    const late = await run(['refresh', '--offline', '--at', inDays(2)]);
    assert.equal(late.status, 1);
    assert.match(late.stderr, /\[role\.expired\] .*; refresh it with a connection/);
    await ok(['refresh', '--offline', '--at', inDays(0)]);
  });
});
