import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { assertRefused } from '../kit/cli.ts';
import { exampleDownloader, expireAt, inDays } from '../kit/example-downloader.ts';

interface Answer {
  readonly repository: string;
  readonly roles: readonly { role: string; version: number; expires: string }[];
  readonly changes: readonly { role: string; before: number | null; after: number | null }[];
}

describe('tuf-on-git refresh', () => {
  const machine = exampleDownloader();
  beforeEach(() => machine().trust());

  const refresh = async (...args: string[]) =>
    JSON.parse(await machine().ok(['refresh', '--json', ...args])) as Answer;

  it('says what is new, and that nothing is', async () => {
    const { changes, roles } = await refresh();
    assert.deepEqual(
      changes.map(({ role, before, after }) => [role, before, after]),
      [
        ['root', 1, 2],
        ['timestamp', null, 1],
        ['snapshot', null, 1],
        ['targets', null, 1],
        ['example', null, 1],
      ],
    );
    assert.deepEqual(
      roles.map(({ role }) => role),
      ['root', 'timestamp', 'snapshot', 'targets'],
    );
    assert.deepEqual((await refresh()).changes, []);
    assert.match((await machine().run(['refresh'])).stderr, /^nothing new$/m);
  });

  it('names the delegated roles that changed', async () => {
    const { ok, repository } = machine();
    await refresh();
    repository.addTarget('example/tool/1.3.0/tool-1.3.0.tgz', 'tool 1.3.0', 'example');
    repository.publish();
    const text = await ok(['refresh']);
    assert.match(text, /^timestamp +1 -> 2 +20/m);
    assert.match(text, /^targets +1 +20/m);
    assert.match(text, /^example +1 -> 2$/m);
  });

  it('shows some of very many delegated roles, and says how many there are', async () => {
    const { repository, run } = machine();
    for (let at = 0; at < 30; at += 1) repository.delegate(`r${at}`, { paths: [`${at}/*`] });
    expireAt(repository, inDays(1));
    repository.publish();
    const { stdout, stderr } = await run(['refresh']);
    assert.equal(stdout.split('\n').length, 1 + 4 + 20 + 1);
    assert.match(stderr, /and 11 delegated roles more/);
    assert.match(stderr, /^35 roles changed$/m);
  });

  it('counts what is damaged as new, and mends it', async () => {
    await refresh();
    const { dir } = machine();
    await writeFile(path.join(dir, 'trusted/127.0.0.1/metadata/timestamp.json'), '{');
    const { changes } = await refresh();
    assert.deepEqual(changes, [{ role: 'timestamp', before: null, after: 1 }]);
  });

  it('judges by the time that it is told, and says so', async () => {
    const { run } = machine();
    const late = await run(['refresh', '--at', inDays(2)]);
    assert.equal(late.status, 1);
    assert.match(late.stderr, /^warning: judged as of 20/);
    assert.match(late.stderr, /\[role\.expired\]/);
    assert.equal((await run(['refresh', '--at', inDays(0)])).status, 0);
  });

  it('takes by an earlier time what has expired, and harms nothing by that', async () => {
    const { repository, run } = machine();
    expireAt(repository, inDays(-1));
    repository.publishRoot();
    repository.publish();
    assertRefused(await run(['refresh']), 1, 'role.expired');
    assert.equal((await run(['refresh', '--at', inDays(-2).slice(0, 10)])).status, 0);
    assertRefused(await run(['refresh']), 1, 'role.expired');
    expireAt(repository, inDays(1));
    repository.publishRoot();
    repository.publish();
    const { changes } = await refresh();
    assert.ok(changes.every(({ before }) => before !== null));
  });

  it('still notices an older timestamp after a look at another time', async () => {
    const { repository, run } = machine();
    const old = repository.bytes('timestamp');
    repository.publish();
    await run(['refresh', '--at', inDays(-1)]);
    repository.files.set('metadata/timestamp.json', old);
    assertRefused(await run(['refresh']), 1, 'rollback.timestamp');
  });

  for (const time of ['yesterday', '2026-02-30', '2026-13-01', '2026-12-31T12:00:00', '30d', '']) {
    it(`takes '${time}' for no time`, async () => {
      const { status, stdout, stderr } = await machine().run(['refresh', '--at', time]);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /^tuf-on-git: [^\n]*--at[^\n]*2026-12-31T12:00:00Z[^\n]*\n$/);
      assert.deepEqual(machine().server.requests, []);
    });
  }

  it('waits for a server only as long as it is told', async () => {
    const { run, server } = machine();
    server.answers.set('metadata/timestamp.json', () => undefined);
    assertRefused(await run(['refresh', '--timeout', '1']), 3, 'download.too-slow');
    assert.equal((await run(['refresh', '--timeout', '0'])).status, 2);
    assert.ok(await readFile(path.join(machine().dir, 'root.json')));
  });
});
