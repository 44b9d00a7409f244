import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  dataFolder,
  fetchFirstRoot,
  listTrusted,
  openTrusted,
  rootFingerprint,
  trustRepository,
  updaterFor,
} from '../../client/trusted-repositories.ts';
import { chooseTarget } from '../../client/choose-target.ts';
import { serveContent, type ContentServer } from '../kit/content-server.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { newKey, signed, SimulatedRepository, testTime } from '../kit/simulated-repository.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

describe('trusted repositories', () => {
  const folder = temporaryFolder();
  let repository: SimulatedRepository;
  let server: ContentServer;

  beforeEach(async () => {
    repository = new SimulatedRepository();
    repository.delegate('team', { paths: ['tool/*/*/*'] });
    repository.addTarget('tool/tool/1.0.0/tool.tgz', 'one', 'team');
    repository.addTarget('tool/tool/1.1.0/tool.tgz', 'two', 'team');
    repository.publish();
    server = await serveContent(repository.files);
  });
  afterEach(() => server.close());

  function trust(more: { name?: string; rootBytes?: Uint8Array; url?: string } = {}) {
    const rootBytes = repository.bytes('root');
    return trustRepository({ rootBytes, url: server.url, dataDir: folder.path, ...more });
  }

  it('are trusted once, then opened without a name', async () => {
    const { repository: trusted, fingerprint, status } = await trust({ name: 'mine' });
    assert.equal(status, 'new');
    assert.equal(fingerprint, rootFingerprint(repository.bytes('root')));
    assert.deepEqual(await openTrusted(undefined, { dataDir: folder.path }), trusted);
    assert.equal((await trust({ name: 'mine' })).status, 'same');
  });

  it('are updated, and give a target by project and by path', async () => {
    const { repository: trusted } = await trust();
    const file = path.join(folder.path, 'out');
    const updater = updaterFor(trusted, { now: testTime });
    const newest = await chooseTarget(updater, 'tool');
    await updater.downloadTarget(newest, file);
    assert.equal(await readFile(file, 'utf8'), 'two');
    const byPath = await chooseTarget(updater, 'tool/tool/1.0.0/tool.tgz');
    assert.equal(byPath.length, 3);
    await rejectsWithFault('search.not-found', chooseTarget(updater, '../../etc/passwd'));
  });

  it('are named by their policy, else by their host', async () => {
    assert.equal((await trust()).repository.name, '127.0.0.1');
    repository.root['x-tuf-on-git-policy'] = { repository: 'example-1f9c' };
    const rootBytes = repository.publishRoot();
    assert.equal((await trust({ rootBytes })).repository.name, 'example-1f9c');
  });

  it('are asked for by name where there are several', async () => {
    await trust({ name: 'one' });
    await trust({ name: 'two' });
    await rejectsWithFault('client.ambiguous', openTrusted(undefined, { dataDir: folder.path }));
    assert.equal((await openTrusted('two', { dataDir: folder.path })).name, 'two');
    const names = (await listTrusted({ dataDir: folder.path })).map(({ name }) => name);
    assert.deepEqual(names, ['one', 'two']);
  });

  it('are not there before they are trusted', async () => {
    const dataDir = path.join(folder.path, 'none');
    await rejectsWithFault('client.not-trusted-yet', openTrusted(undefined, { dataDir }));
    await rejectsWithFault('client.not-trusted-yet', openTrusted('one', { dataDir }));
    assert.deepEqual(await listTrusted({ dataDir }), []);
  });

  it('never change their root unasked', async () => {
    const { repository: trusted } = await trust({ name: 'mine' });
    const before = await readFile(path.join(trusted.metadataDir, 'root.json'));
    const other = new SimulatedRepository().bytes('root');
    await rejectsWithFault('client.already-trusted', trust({ name: 'mine', rootBytes: other }));
    assert.deepEqual(await readFile(path.join(trusted.metadataDir, 'root.json')), before);
  });

  it('keep what they know when their URL changes', async () => {
    const { repository: trusted } = await trust({ name: 'mine' });
    await updaterFor(trusted, { now: testTime }).refresh();
    const { status } = await trust({ name: 'mine', url: 'http://127.0.0.1:9/elsewhere' });
    assert.equal(status, 'moved');
    const moved = await openTrusted('mine', { dataDir: folder.path });
    assert.equal(moved.metadataUrl, 'http://127.0.0.1:9/elsewhere/metadata/');
    assert.ok(await readFile(path.join(moved.metadataDir, 'timestamp.json')));
  });

  it('are refused with a root, a name or a URL that is none', async () => {
    const forged = signed(repository.root, [newKey()]);
    await rejectsWithFault('role.threshold', trust({ rootBytes: forged }));
    for (const name of ['../up', '', '.hidden', 'a/b', 'x'.repeat(101)]) {
      await rejectsWithFault('client.configuration', trust({ name }));
    }
    await rejectsWithFault('client.configuration', trust({ url: 'ftp://127.0.0.1/' }));
    assert.deepEqual(await listTrusted({ dataDir: folder.path }), []);
  });

  it('say which settings cannot be read', async () => {
    const { repository: trusted } = await trust({ name: 'mine' });
    for (const text of ['{', '[]', '{"metadataUrl": 1}', 'null']) {
      await writeFile(path.join(trusted.folder, 'repository.json'), text);
      await rejectsWithFault('client.configuration', openTrusted('mine', { dataDir: folder.path }));
    }
  });

  it('pass over folders that hold no repository', async () => {
    await mkdir(path.join(folder.path, 'empty'));
    await mkdir(path.join(folder.path, 'no such name!'));
    await trust({ name: 'mine' });
    assert.equal((await openTrusted(undefined, { dataDir: folder.path })).name, 'mine');
  });

  it('offer their first root for a comparison', async () => {
    assert.deepEqual(
      Buffer.from(await fetchFirstRoot(server.url)),
      Buffer.from(repository.bytes('root')),
    );
  });

  it('lie where the user or the platform says', () => {
    assert.equal(dataFolder({ TUF_ON_GIT_DATA: '/data' }), '/data');
    assert.equal(dataFolder({ XDG_DATA_HOME: '/xdg' }), '/xdg/tuf-on-git');
    assert.match(dataFolder({ XDG_DATA_HOME: 'relative' }), /\.local\/share\/tuf-on-git$/);
  });
});
