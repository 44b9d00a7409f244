import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { serveContent, type ContentServer } from '../kit/content-server.ts';
import { sha256, SimulatedRepository } from '../kit/simulated-repository.ts';

const toolPath = 'example/tool/1.2.0/tool-1.2.0.tgz';
const oldToolPath = 'example/tool/1.1.0/tool-1.1.0.tgz';

/** The commands of a downloader, against a server that the test controls and the real clock. */
describe('what a downloader runs', () => {
  let sandbox: CliSandbox;
  let repository: SimulatedRepository;
  let server: ContentServer;

  beforeEach(async () => {
    sandbox = await cliSandbox();
    repository = new SimulatedRepository();
    repository.delegate('example', { paths: ['example/*/*/*'] });
    repository.addTarget(toolPath, 'tool 1.2.0', 'example');
    repository.addTarget(oldToolPath, 'tool 1.1.0', 'example');
    repository.addTarget('NOTICE', 'a notice');
    expireTomorrow(repository);
    repository.publishRoot();
    repository.publish();
    server = await serveContent(repository.files);
    await writeFile(inSandbox('root.json'), firstRoot());
  });
  afterEach(async () => {
    await server.close();
    await sandbox.remove();
  });

  const inSandbox = (name: string) => path.join(sandbox.dir, name);
  const firstRoot = () => repository.files.get('metadata/1.root.json') ?? new Uint8Array();
  const trust = (...more: string[]) =>
    sandbox.run(['trust', 'root.json', '--url', server.url, ...more]);
  const read = (name: string) => readFile(inSandbox(name), 'utf8');

  it('trust takes a root from a file, asks no server, and refresh goes on from there', async () => {
    const { status, stdout } = await trust();
    assert.equal(status, 0);
    assert.equal(stdout, '127.0.0.1\n');
    assert.deepEqual(server.requests, []);
    const refreshed = JSON.parse(await sandbox.ok(['refresh', '--json'])) as {
      roles: { role: string; version: number }[];
    };
    assert.deepEqual(
      refreshed.roles.map(({ role, version }) => [role, version]),
      [
        ['root', 2],
        ['timestamp', 1],
        ['snapshot', 1],
        ['targets', 1],
      ],
    );
  });

  it('trust takes a root from a server only by its SHA-256', async () => {
    const before = await sandbox.files();
    assertRefused(await sandbox.run(['trust', server.url]), 2, 'usage.argument');
    const wrong = await sandbox.run(['trust', server.url, '--sha256', '0'.repeat(64)]);
    assertRefused(wrong, 1, 'root.not-pinned');
    assert.deepEqual(await sandbox.files(), before);
    await sandbox.ok(['trust', server.url, '--sha256', sha256(firstRoot())]);
    await sandbox.ok(['refresh']);
  });

  it('get downloads the newest version, the one asked for, or a target path', async () => {
    await trust();
    assert.equal(await sandbox.ok(['get', 'example/tool']), `${inSandbox('tool-1.2.0.tgz')}\n`);
    assert.equal(await read('tool-1.2.0.tgz'), 'tool 1.2.0');
    await sandbox.ok(['get', 'example/tool=1.1.0', '--dir', 'some/folder']);
    assert.equal(await read('some/folder/tool-1.1.0.tgz'), 'tool 1.1.0');
    const answer = await sandbox.ok(['get', 'NOTICE', '-o', 'elsewhere', '--json']);
    assert.equal(await read('elsewhere'), 'a notice');
    const { file, role } = JSON.parse(answer) as { file: string; role: string };
    assert.deepEqual([file, role], [inSandbox('elsewhere'), 'targets']);
  });

  it('get keeps nothing of a file that was swapped', async () => {
    await trust();
    const [swapped = ''] = [...repository.files.keys()].filter((name) =>
      name.endsWith('-1.2.0.tgz'),
    );
    repository.files.set(swapped, Buffer.from('tool 6.6.6'));
    const run = await sandbox.run(['get', 'example/tool', '--dir', 'new/folder']);
    assertRefused(run, 1, 'target.hash');
    assert.ok(!(await sandbox.files()).some((line) => /tool-1\.2\.0|new/.test(line)));
  });

  it('get refuses a target that nobody signed', async () => {
    await trust();
    assertRefused(await sandbox.run(['get', 'example/nothing']), 1, 'search.not-found');
    const both = await sandbox.run(['get', 'NOTICE', '-o', 'a', '--dir', 'b']);
    assertRefused(both, 2, 'usage.argument');
    await sandbox.ok(['get', 'NOTICE', '-o', 'a-file']);
    const inFile = await sandbox.run(['get', 'NOTICE', '--dir', 'a-file']);
    assertRefused(inFile, 2, 'usage.argument');
  });

  it('refresh refuses metadata that was edited', async () => {
    await trust();
    const timestamp = repository.bytes('timestamp');
    const edited = Buffer.from(timestamp).toString().replace('"version": 1', '"version": 7');
    repository.files.set('metadata/timestamp.json', Buffer.from(edited));
    assertRefused(await sandbox.run(['refresh']), 1, 'role.threshold');
  });

  it('says so when nothing is trusted, or several are and none is named', async () => {
    assertRefused(await sandbox.run(['list']), 2, 'client.not-trusted-yet');
    await trust('--name', 'one');
    await trust('--name', 'two');
    assertRefused(await sandbox.run(['refresh']), 2, 'client.ambiguous');
    await sandbox.ok(['refresh', '--repository', 'two']);
  });

  it('ends with status 3 when nobody answers', async () => {
    await trust();
    await server.close();
    assertRefused(await sandbox.run(['refresh']), 3, 'download.unreachable');
  });

  it('get --baseline downloads from a repository without TUF, and says loudly what that is', async () => {
    repository.files.set('example/index.json', Buffer.from('{"tool":{"1.0":"tool.tgz"}}'));
    repository.files.set('example/tool.tgz', Buffer.from('whatever'));
    const run = await sandbox.run(['get', '--baseline', server.url, 'example/tool']);
    assert.equal(run.status, 0, run.stderr);
    assert.equal(await read('tool.tgz'), 'whatever');
    assert.match(run.stderr, /^warning: NOTHING IS VERIFIED/);
    const mixed = ['get', '--baseline', server.url, 'example/tool', '--repository', 'one'];
    assertRefused(await sandbox.run(mixed), 2, 'usage.argument');
  });
});

/** The commands look at the real clock. */
function expireTomorrow({ root, timestamp, snapshot, roles }: SimulatedRepository): void {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
  for (const role of [root, timestamp, snapshot, ...roles.values()]) role.expires = tomorrow;
}
