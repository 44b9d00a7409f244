import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  fetchFirstRoot,
  listTrusted,
  openTrusted,
  trustRepository,
  updaterFor,
  type TrustRequest,
} from '../../client/trusted-repositories.ts';
import { chooseTarget } from '../../client/choose-target.ts';
import { dataFolder, type System } from '../../client/data-folder.ts';
import { rootFingerprint } from '../../client/root-fingerprint.ts';
import { forgetRepository, trustedState } from '../../client/trusted-state.ts';
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

  function trust(more: Partial<TrustRequest> = {}) {
    const rootBytes = repository.bytes('root');
    return trustRepository({ rootBytes, urls: [server.url], dataDir: folder.path, ...more });
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
    const { status } = await trust({ name: 'mine', urls: ['http://127.0.0.1:9/elsewhere'] });
    assert.equal(status, 'moved');
    const moved = await openTrusted('mine', { dataDir: folder.path });
    assert.deepEqual(moved.metadataUrls, ['http://127.0.0.1:9/elsewhere/metadata/']);
    assert.ok(await readFile(path.join(moved.metadataDir, 'timestamp.json')));
  });

  it('are refused with a root, a name or a URL that is none', async () => {
    const forged = signed(repository.root, [newKey()]);
    await rejectsWithFault('role.threshold', trust({ rootBytes: forged }));
    for (const name of ['../up', '', '.hidden', 'a/b', 'x'.repeat(101)]) {
      await rejectsWithFault('client.configuration', trust({ name }));
    }
    await rejectsWithFault('client.configuration', trust({ urls: ['ftp://127.0.0.1/'] }));
    assert.deepEqual(await listTrusted({ dataDir: folder.path }), []);
  });

  it('say which settings cannot be read', async () => {
    const { repository: trusted } = await trust({ name: 'mine' });
    for (const text of [
      '{',
      '[]',
      '{"metadataUrl": 1}',
      'null',
      '{"metadataUrls": [], "targetsUrls": []}',
      '{"metadataUrls": ["no URL"], "targetsUrls": ["no URL"]}',
      '\0\0\0\0',
    ]) {
      await writeFile(path.join(trusted.folder, 'repository.json'), text);
      const opened = openTrusted('mine', { dataDir: folder.path });
      assert.ok((await rejectsWithFault('client.configuration', opened)).hint);
    }
  });

  it('are mended by trusting them again, from the same root, and keep what they know', async () => {
    const { repository: trusted } = await trust({ name: 'mine' });
    await updaterFor(trusted, { now: testTime }).refresh();
    await writeFile(path.join(trusted.folder, 'repository.json'), '{');
    const rootBytes = new SimulatedRepository().bytes('root');
    await rejectsWithFault('client.already-trusted', trust({ name: 'mine', rootBytes }));
    await trust({ name: 'mine' });
    assert.deepEqual(await openTrusted('mine', { dataDir: folder.path }), trusted);
    assert.ok(await readFile(path.join(trusted.metadataDir, 'timestamp.json')));
  });

  it('are trusted anew where nothing is left to go on from, as the fault says', async () => {
    const { repository: trusted } = await trust({ name: 'mine' });
    await writeFile(path.join(trusted.metadataDir, 'root.json'), '{');
    await rm(path.join(trusted.metadataDir, 'anchor/root.json'));
    const refresh = () => updaterFor(trusted, { now: testTime }).refresh();
    const { hint } = await rejectsWithFault('json.syntax', refresh());
    assert.ok(hint?.includes(`remove ${trusted.metadataDir},`));
    await rejectsWithFault('client.already-trusted', trust({ name: 'mine' }));
    await rm(trusted.metadataDir, { recursive: true });
    assert.equal((await trust({ name: 'mine' })).status, 'new');
    await refresh();
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

  it('lie where the user says', () => {
    assert.equal(dataFolder({ env: { TUF_ON_GIT_DATA: '/data' } }), '/data');
    const windows: System = { env: { TUF_ON_GIT_DATA: 'D:\\data' }, platform: 'win32' };
    assert.equal(dataFolder(windows), 'D:\\data');
  });

  const home = '/home/alice';
  for (const [platform, env, expected] of [
    ['linux', {}, '/home/alice/.local/share/tuf-on-git'],
    ['linux', { XDG_DATA_HOME: '/xdg' }, '/xdg/tuf-on-git'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/alice/.local/share/tuf-on-git'],
    ['linux', { XDG_CACHE_HOME: '/cache' }, '/home/alice/.local/share/tuf-on-git'],
    ['freebsd', {}, '/home/alice/.local/share/tuf-on-git'],
    ['darwin', {}, '/home/alice/Library/Application Support/tuf-on-git'],
    ['darwin', { XDG_DATA_HOME: '/xdg' }, '/xdg/tuf-on-git'],
  ] as const) {
    it(`lie in the data folder of ${platform} with ${JSON.stringify(env)}`, () => {
      assert.equal(dataFolder({ env, platform, home }), expected);
    });
  }

  it('lie in the folder of Windows that does not roam', () => {
    const system: System = { env: {}, platform: 'win32', home: 'C:\\Users\\alice' };
    const usual = 'C:\\Users\\alice\\AppData\\Local\\tuf-on-git';
    assert.equal(dataFolder(system), usual);
    const env = { APPDATA: 'C:\\Roaming', LOCALAPPDATA: 'D:\\Local' };
    assert.equal(dataFolder({ ...system, env }), 'D:\\Local\\tuf-on-git');
  });

  it('have mirrors, and metadata apart from targets', async () => {
    const { repository: mirrored } = await trust({
      name: 'mirrored',
      urls: [server.url, 'https://mirror.example/tuf'],
    });
    assert.deepEqual(mirrored.metadataUrls, [
      `${server.url}metadata/`,
      'https://mirror.example/tuf/metadata/',
    ]);
    const { repository: apart } = await trust({
      name: 'apart',
      urls: [],
      metadataUrls: [`${server.url}metadata`],
      targetsUrls: ['https://files.example/'],
      caFile: '/etc/ca.pem',
    });
    assert.deepEqual(apart.targetsUrls, ['https://files.example/']);
    assert.deepEqual(await openTrusted('apart', { dataDir: folder.path }), apart);
    await rejectsWithFault(
      'client.configuration',
      trust({ name: 'half', urls: [], metadataUrls: ['https://md.example/'] }),
    );
  });

  it('are read in the form that records had before there were mirrors', async () => {
    const { repository: trusted } = await trust({ name: 'mine' });
    const [metadataUrl, targetsUrl] = ['http://127.0.0.1:9/m/', 'http://127.0.0.1:9/t/'];
    const text = JSON.stringify({ metadataUrl, targetsUrl });
    await writeFile(path.join(trusted.folder, 'repository.json'), text);
    const { metadataUrls, targetsUrls } = await openTrusted('mine', { dataDir: folder.path });
    assert.deepEqual([metadataUrls, targetsUrls], [[metadataUrl], [targetsUrl]]);
  });

  it('are offered by names that come near', async () => {
    await trust({ name: 'example' });
    const error = await rejectsWithFault(
      'client.not-trusted-yet',
      openTrusted('exmaple', { dataDir: folder.path }),
    );
    assert.match(error.hint ?? '', /example/);
  });

  it('know their first root and the newest one', async () => {
    const { repository: trusted } = await trust({ name: 'mine' });
    const fingerprint = rootFingerprint(repository.bytes('root'));
    assert.deepEqual(await trustedState(trusted), { fingerprint, rootVersion: 1 });
    repository.publishRoot();
    await updaterFor(trusted, { now: testTime }).refresh();
    assert.deepEqual(await trustedState(trusted), { fingerprint, rootVersion: 2 });
    await writeFile(path.join(trusted.metadataDir, 'root.json'), '{');
    assert.deepEqual(await trustedState(trusted), { fingerprint, rootVersion: undefined });
  });

  it('are forgotten whole', async () => {
    const { repository: trusted } = await trust({ name: 'mine' });
    await trust({ name: 'other' });
    await forgetRepository(trusted);
    assert.deepEqual(await readdir(folder.path), ['other']);
  });
});
