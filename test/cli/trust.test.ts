import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { firstRoot } from '../../cli/downloader/first-root.ts';
import { forget } from '../../cli/downloader/trusted-list.ts';
import { assertRefused } from '../kit/cli.ts';
import { exampleDownloader } from '../kit/example-downloader.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { scriptedCli } from '../kit/scripted-cli.ts';
import { sha256, SimulatedRepository } from '../kit/simulated-repository.ts';

describe('tuf-on-git trust', () => {
  const machine = exampleDownloader();

  const listed = async () =>
    JSON.parse(await machine().ok(['trust', '--json'])) as {
      name: string;
      sha256: string;
      rootVersion: number;
      metadataUrls: string[];
      targetsUrls: string[];
    }[];

  it('takes whatever root a server offers only when told so by name, and shows it', async () => {
    const { run, server, firstRoot: root } = machine();
    const refused = await run(['trust', server.url]);
    assertRefused(refused, 2, 'usage.argument');
    assert.deepEqual(server.requests, []);
    const { status, stdout, stderr } = await run(['trust', server.url, '--unsafe-first-use']);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, '127.0.0.1\n');
    assert.match(stderr, /^warning: nothing vouches for/);
    assert.ok(stderr.split(sha256(root)).length > 1);
    assert.equal((await run(['refresh'])).status, 0);
  });

  it('refuses first use together with what makes it needless', async () => {
    const { run, server, firstRoot: root } = machine();
    for (const args of [
      ['root.json', '--url', server.url],
      [server.url, '--sha256', sha256(root)],
    ]) {
      assertRefused(await run(['trust', ...args, '--unsafe-first-use']), 2, 'usage.argument');
    }
    assert.deepEqual(await listed(), []);
  });

  it('asks on a terminal whether the fingerprint is the right one, and takes no for an answer', async () => {
    const { dir, server, firstRoot: root } = machine();
    const no = scriptedCli(dir, ['n']);
    await rejectsWithFault('root.not-pinned', firstRoot(no, server.url, { unsafeFirstUse: true }));
    assert.ok(no.printed.join('').includes(sha256(root)));
    const yes = scriptedCli(dir, ['y']);
    const bytes = await firstRoot(yes, server.url, { unsafeFirstUse: true });
    assert.deepEqual(Buffer.from(bytes), Buffer.from(root));
    assert.equal(yes.asked.length, 1);
    const told = scriptedCli(dir, []);
    await firstRoot(told, server.url, { unsafeFirstUse: true, yes: true });
  });

  it('refuses a root that does not hold by itself before anybody is asked', async () => {
    const { dir, repository, server } = machine();
    repository.files.set('metadata/1.root.json', Buffer.from('{"signed": {}, "signatures": []}'));
    const cli = scriptedCli(dir, []);
    await rejectsWithFault('role.type', firstRoot(cli, server.url, { unsafeFirstUse: true }));
  });

  it('starts from the URL of a root file, for a repository that is laid out differently', async () => {
    const { repository, run, server, firstRoot: root } = machine();
    for (const [name, bytes] of [...repository.files]) {
      const moved = name.replace(/^metadata\//, 'md/v1/').replace(/^targets\//, 'files/');
      repository.files.set(moved, bytes);
      repository.files.delete(name);
    }
    const file = `${server.url}md/v1/1.root.json`;
    const places = [
      ...['--metadata-url', `${server.url}md/v1`],
      ...['--targets-url', `${server.url}files`],
    ];
    assertRefused(await run(['trust', file, '--sha256', sha256(root)]), 2, 'usage.argument');
    const trusted = await run(['trust', file, '--sha256', sha256(root), ...places]);
    assert.equal(trusted.status, 0, trusted.stderr);
    assert.equal((await run(['get', 'example/tool'])).status, 0);
  });

  it('keeps mirrors in order, and says so when they change', async () => {
    const { run, server } = machine();
    const mirror = 'http://127.0.0.1:9/mirror';
    await machine().trust('--name', 'mine', '--url', mirror);
    const [mine] = await listed();
    assert.deepEqual(mine?.metadataUrls, [`${server.url}metadata/`, `${mirror}/metadata/`]);
    assert.deepEqual(mine.targetsUrls, [`${server.url}targets/`, `${mirror}/targets/`]);
    const again = await machine().trust('--name', 'mine', '--json');
    assert.equal((JSON.parse(again.stdout) as { status: string }).status, 'moved');
    assert.equal((await run(['refresh'])).status, 0);
  });

  it('shows every repository that is trusted, side by side', async () => {
    const { firstRoot: root, ok, run } = machine();
    assert.match((await run(['trust'])).stderr, /^no repository is trusted yet/);
    await machine().trust('--name', 'one');
    await machine().trust('--name', 'two');
    await ok(['refresh', '--repository', 'two']);
    assert.deepEqual(
      (await listed()).map(({ name, sha256: digest, rootVersion }) => [name, digest, rootVersion]),
      [
        ['one', sha256(root), 1],
        ['two', sha256(root), 2],
      ],
    );
    assert.match(
      await ok(['trust']),
      new RegExp(`^two +2 +http\\S+/metadata/ +${sha256(root)}$`, 'm'),
    );
  });

  it('forgets a repository when told so, and no other', async () => {
    const { files, run } = machine();
    await machine().trust('--name', 'one');
    await machine().trust('--name', 'two');
    const before = await files();
    assertRefused(await run(['trust', '--forget', 'oen', '--yes']), 2, 'client.not-trusted-yet');
    const unasked = await run(['trust', '--forget', 'one']);
    assert.equal(unasked.status, 2);
    assert.match(unasked.stderr, /\[usage\.no-terminal\]/);
    assert.deepEqual(await files(), before);
    const { stdout, stderr } = await run(['trust', '--forget', 'one', '--yes']);
    assert.equal(stdout, 'one\n');
    assert.match(stderr, /all in .*one goes/);
    assert.deepEqual(
      (await listed()).map(({ name }) => name),
      ['two'],
    );
    assert.ok(!(await files()).some((line) => /forgotten|trusted\/one/.test(line)));
  });

  it('keeps what a person would not let go', async () => {
    const { dir } = machine();
    await machine().trust('--name', 'one');
    const cli = { ...scriptedCli(dir, ['n']), env: { TUF_ON_GIT_DATA: path.join(dir, 'trusted') } };
    await forget(cli, 'one', {});
    assert.equal((await listed()).length, 1);
  });

  it('never changes the root that it started from', async () => {
    const { dir, run } = machine();
    await machine().trust('--name', 'mine');
    await writeFile(path.join(dir, 'root.json'), new SimulatedRepository().bytes('root'));
    assertRefused(await machine().trust('--name', 'mine'), 2, 'client.already-trusted');
    const record = path.join(dir, 'trusted/mine/repository.json');
    assert.match(await readFile(record, 'utf8'), /"metadataUrls"/);
    assert.equal((await run(['refresh'])).status, 0);
  });

  for (const args of [
    ['--url', 'http://127.0.0.1:9/'],
    ['--name', 'mine'],
    ['--sha256', 'ab'],
    ['root.json', '--forget', 'mine'],
    ['root.json'],
    ['root.json', '--metadata-url', 'http://127.0.0.1:9/'],
    ['root.json', '--url', 'ftp://127.0.0.1/'],
    ['nowhere.json', '--url', 'http://127.0.0.1:9/'],
  ]) {
    it(`has no use for ${args.join(' ')}`, async () => {
      const { status, stdout, stderr } = await machine().run(['trust', ...args]);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /^tuf-on-git: [^\n]+\n$/);
      assert.deepEqual(await listed(), []);
    });
  }
});
