import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { assertRefused, ended, type CliRun } from '../kit/cli.ts';
import { downloader } from '../kit/downloader.ts';

interface Answer {
  readonly targets: readonly { readonly path: string; readonly status: string }[];
  readonly failures: readonly { readonly wanted: string; readonly code: string }[];
}

describe('get, when several things are wanted', () => {
  const scene = downloader();
  const offered = {
    'example/tool/1.2.0/tool.tgz': 'tool 1.2.0',
    'example/tool/1.1.0/tool.tgz': 'tool 1.1.0',
    'example/docs/2.0/book.pdf': 'a book',
    'example/docs/2.0/book.txt': 'a book in letters',
    'example/example/1.0/example.txt': 'an example',
    NOTICE: 'a notice',
  };
  beforeEach(() => {
    scene().offer(offered);
  });

  const run = (...args: string[]) => scene().sandbox.run(['get', ...args]);
  const read = (name: string) => readFile(scene().inSandbox(name), 'utf8');
  const swap = (target: keyof typeof offered) => {
    const url = scene().urlOf(target, offered[target]);
    scene().repository.files.set(url, Buffer.alloc(offered[target].length, 'x'));
  };
  /** The codes of the lines on stderr that say why something failed. */
  const codes = ({ stderr }: CliRun) =>
    [...stderr.matchAll(/^tuf-on-git: \[([\w.-]+)\] [^\n]+$/gm)].map(([, code]) => code);
  const inFolder = (name = 'out') => readdir(scene().inSandbox(name), { recursive: true });

  it('takes paths, projects, products and versions together, with one refresh', async () => {
    const { server, inSandbox } = scene();
    const before = server.requests.length;
    const wanted = ['NOTICE', 'example', 'example/tool=1.1.0', 'example/docs/2.0/book.txt'];
    const { status, stdout, stderr } = await run(...wanted, '--dir', 'out');
    assert.equal(status, 0, stderr);
    const names = ['NOTICE', 'example.txt', 'tool.tgz', 'book.txt'];
    assert.equal(stdout, names.map((name) => `${inSandbox(`out/${name}`)}\n`).join(''));
    assert.equal(await read('out/tool.tgz'), 'tool 1.1.0');
    const asked = server.requests.slice(before);
    assert.equal(asked.filter((name) => name === 'metadata/timestamp.json').length, 1);
    assert.deepEqual((await inFolder()).toSorted(), names.toSorted());
  });

  it('takes a list from a file or from standard input, and what is named twice once', async () => {
    const { inSandbox, sandbox } = scene();
    await writeFile(inSandbox('list'), 'NOTICE\r\n\nexample/tool\nNOTICE\n');
    const { stdout, stderr } = await run('--from', 'list', 'NOTICE');
    assert.equal(stdout.trim().split('\n').length, 2, stderr);
    const piped = sandbox.start(['get', '--from', '-', '--dir', 'out'], { stdin: 'pipe' });
    piped.stdin?.end('example/tool=1.1.0');
    assert.equal((await ended(piped)).status, 0);
    assert.deepEqual(await inFolder(), ['tool.tgz']);
  });

  it('says what to do when nothing is wanted, or the list is not there', async () => {
    await writeFile(scene().inSandbox('empty'), '\n');
    assertRefused(await run(), 2, 'usage.argument');
    assertRefused(await run('--from', 'empty'), 2, 'usage.argument');
    assertRefused(await run('--from', 'missing'), 2, 'usage.argument');
  });

  it('gets every artifact of a version only when that is asked for', async () => {
    const one = await run('example/docs');
    assertRefused(one, 2, 'client.ambiguous');
    assert.match(one.stderr, /book\.pdf.*book\.txt.*--all/);
    assert.equal((await run('example/docs', '--all', '--dir', 'out')).status, 0);
    assert.deepEqual((await inFolder()).toSorted(), ['book.pdf', 'book.txt']);
  });

  it('refuses two files of one name before anything is downloaded, and keeps folders when told', async () => {
    const both = ['example/tool=1.1.0', 'example/tool=1.2.0', '--dir', 'out'];
    const { requests } = scene().server;
    const refused = await run(...both);
    assertRefused(refused, 2, 'usage.argument');
    assert.match(refused.stderr, /--paths/);
    assert.deepEqual(
      requests.filter((name) => name.startsWith('targets/')),
      [],
    );
    await assert.rejects(inFolder(), { code: 'ENOENT' });
    assert.equal((await run(...both, '--paths')).status, 0);
    assert.equal(await read('out/example/tool/1.1.0/tool.tgz'), 'tool 1.1.0');
    assert.equal(await read('out/example/tool/1.2.0/tool.tgz'), 'tool 1.2.0');
  });

  it('refuses a file where another one needs a folder', async () => {
    scene().offer({ 'a/b': 'a file', 'a/b/c': 'below it' });
    assertRefused(await run('a/b', 'a/b/c', '--paths', '--dir', 'out'), 2, 'usage.argument');
  });

  it('follows no link below the folder', async () => {
    const { inSandbox } = scene();
    await mkdir(inSandbox('elsewhere'));
    await mkdir(inSandbox('out/example'), { recursive: true });
    await symlink(inSandbox('elsewhere'), inSandbox('out/example/tool'));
    const refused = await run('example/tool', 'NOTICE', '--paths', '--dir', 'out');
    assert.deepEqual([refused.status, ...codes(refused)], [1, 'client.storage']);
    assert.deepEqual(await readdir(inSandbox('elsewhere')), []);
    assert.equal(await read('out/NOTICE'), 'a notice');
  });

  it('finishes the others when one fails, and ends with the status of the first failure', async () => {
    swap('NOTICE');
    const wanted = ['example/none', 'NOTICE', 'example', 'example/docs', 'example/tool'];
    const mixed = await run(...wanted, '--dir', 'out');
    assert.deepEqual(codes(mixed), ['search.not-found', 'client.ambiguous', 'target.hash']);
    assert.equal(mixed.status, 1);
    assert.deepEqual((await inFolder()).toSorted(), ['example.txt', 'tool.tgz']);
    assert.equal((await run('example/docs', 'NOTICE')).status, 2);
  });

  it('tells all of it in one JSON document', async () => {
    swap('NOTICE');
    const { stdout } = await run('NOTICE', 'example/tool', 'none', '--json');
    const { failures, targets } = JSON.parse(stdout) as Answer;
    assert.deepEqual(
      targets.map(({ path, status }) => [path, status]),
      [['example/tool/1.2.0/tool.tgz', 'downloaded']],
    );
    assert.deepEqual(
      failures.map(({ wanted, code }) => [wanted, code]),
      [
        ['none', 'search.not-found'],
        ['NOTICE', 'target.hash'],
      ],
    );
  });

  it('asks for nothing that is there, and says so', async () => {
    await run('NOTICE', 'example/tool');
    const { requests } = scene().server;
    const before = requests.length;
    const again = await run('NOTICE', 'example/tool');
    assert.match(again.stderr, /2 of them were there already/);
    assert.equal(again.stdout.trim().split('\n').length, 2);
    assert.match((await run('NOTICE')).stderr, /it was there already/);
    assert.deepEqual(
      requests.slice(before).filter((name) => name.startsWith('targets/')),
      [],
    );
  });

  it('leaves no folder that it made for nothing', async () => {
    swap('NOTICE');
    const failed = await run('NOTICE', 'none', '--dir', 'new/folder');
    assert.equal(failed.status, 1);
    await assert.rejects(inFolder('new'), { code: 'ENOENT' });
  });

  it('refuses options that say different things, and numbers out of range', async () => {
    for (const options of [
      ['-o', 'file', '--paths'],
      ['--jobs', '0'],
      ['--jobs', '65'],
      ['--jobs', 'many'],
      ['--baseline', 'http://127.0.0.1:1', '--all'],
    ]) {
      assert.equal((await run('NOTICE', ...options)).status, 2, options.join(' '));
    }
    assertRefused(await run('NOTICE', 'example', '-o', 'file'), 2, 'usage.argument');
    assertRefused(await run('example/docs', '--all', '-o', 'file'), 2, 'usage.argument');
    assert.equal((await run('NOTICE', '-o', 'file', '--jobs', '64')).status, 0);
  });
});
