import assert from 'node:assert/strict';
import { assertRefused } from '../kit/cli.ts';
import { exampleDownloader } from '../kit/example-downloader.ts';

describe('tuf-on-git list', () => {
  const machine = exampleDownloader((repository) => {
    repository.delegate('lamps', { paths: ['lamp/*/*/*'] });
    for (const version of ['1.9.0', '1.10.0', '1.10.0-rc.1', 'nightly']) {
      repository.addTarget(`lamp/lamp/${version}/lamp.tgz`, version, 'lamps');
    }
    repository.addTarget('lamp/shade/2.0/small.tgz', 's', 'lamps');
    repository.addTarget('lamp/shade/2.0/large.tgz', 'large', 'lamps');
  });
  beforeEach(() => machine().trust());

  const rows = async (...args: string[]) => {
    const text = await machine().ok(['list', ...args]);
    return text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(/ {2,}/)]));
  };
  const paths = async (...args: string[]) => {
    const answer = JSON.parse(await machine().ok(['list', '--json', ...args])) as {
      artifacts: { path: string }[];
    };
    return answer.artifacts.map(({ path }) => path);
  };

  it('shows a row for each project, and says that there is more', async () => {
    assert.deepEqual(await rows(), [
      ['PROJECT', 'PRODUCTS', 'NEWEST'],
      ['example', '1', '1.2.0'],
      ['lamp', '2', '1.10.0'],
    ]);
    const { stderr } = await machine().run(['list']);
    assert.match(stderr, /1 target in no project.*--all/);
  });

  it('shows the products and versions of a project, newest first', async () => {
    assert.deepEqual(await rows('lamp'), [
      ['PRODUCT', 'VERSION', 'ARTIFACT'],
      ['lamp', '1.10.0', 'lamp.tgz'],
      ['lamp', '1.10.0-rc.1', 'lamp.tgz'],
      ['lamp', '1.9.0', 'lamp.tgz'],
      ['lamp', 'nightly', 'lamp.tgz'],
      ['shade', '2.0', '2 artifacts'],
    ]);
  });

  it('shows the artifacts of a product, of a version, and a target by its path', async () => {
    const shade = [
      ['VERSION', 'ARTIFACT', 'BYTES', 'SIGNED BY'],
      ['2.0', 'large.tgz', '5', 'lamps'],
      ['2.0', 'small.tgz', '1', 'lamps'],
    ];
    assert.deepEqual(await rows('lamp/shade'), shade);
    assert.deepEqual(await rows('lamp/shade=2.0'), shade);
    const [, one] = await rows('lamp=1.9.0');
    assert.deepEqual(one, ['1.9.0', 'lamp.tgz', '5', 'lamps']);
    const target = ['TARGET PATH', 'BYTES', 'SIGNED BY'];
    assert.deepEqual(await rows('NOTICE'), [target, ['NOTICE', '8', 'targets']]);
    assert.deepEqual((await rows('lamp/shade/2.0/small.tgz')).length, 2);
  });

  it('shows every target with --all, and tells a program everything', async () => {
    const all = await paths();
    assert.equal(all.length, 9);
    assert.equal(all.at(-1), 'NOTICE');
    const [, ...listed] = await rows('--all');
    assert.deepEqual(
      listed.map(([path]) => path),
      all,
    );
    assert.deepEqual(await paths('lamp/shade'), [
      'lamp/shade/2.0/large.tgz',
      'lamp/shade/2.0/small.tgz',
    ]);
    assert.deepEqual(await paths('lamp=nightly'), ['lamp/lamp/nightly/lamp.tgz']);
  });

  it('reads no role that cannot list what is asked for', async () => {
    const { ok, server } = machine();
    await ok(['list', 'lamp']);
    assert.ok(server.requests.includes('metadata/1.lamps.json'));
    assert.ok(!server.requests.includes('metadata/1.example.json'));
  });

  for (const [wanted, near] of [
    ['lmap', 'lamp'],
    ['shade', 'lamp/shade'],
    ['lamp/shde', 'lamp/shade'],
    ['lamp=1.10', '1.10.0'],
    ['lamp/lamp/1.9.0/lamp.tg', 'lamp/lamp/1.9.0/lamp.tgz'],
    ['NOTCE', 'NOTICE'],
  ] as const) {
    it(`offers ${near} to whoever asks for ${wanted}`, async () => {
      for (const command of ['list', 'get']) {
        const run = await machine().run([command, wanted]);
        assertRefused(run, 1, 'search.not-found');
        assert.ok(
          new RegExp(`did you mean ([^ ]+, )*${near}(,|\\s|$)`).test(run.stderr),
          run.stderr,
        );
      }
    });
  }

  it('says what may hide the thing that it does not find', async () => {
    const { repository, run, server } = machine();
    server.answers.set('metadata/1.lamps.json', (_, response) => response.writeHead(404).end());
    const listed = await run(['list']);
    assert.equal(listed.status, 0);
    assert.match(listed.stderr, /^warning: \[download\.status\] .*lamps/m);
    const json = JSON.parse((await run(['list', '--json'])).stdout) as {
      unavailable: { code: string; message: string }[];
    };
    assert.deepEqual(Object.keys(json.unavailable[0] ?? {}), ['code', 'where', 'message']);
    const missing = await run(['list', 'lamp']);
    assertRefused(missing, 1, 'search.not-found');
    assert.match(missing.stderr, /a role could not be read .*lamps/);
    assert.ok(repository);
  });

  it('takes no old version for the newest while a role is kept back', async () => {
    const { repository, run, server } = machine();
    repository.delegate('more', { paths: ['example/tool/2.*/*'] });
    repository.addTarget('example/tool/2.0.0/tool.tgz', 'tool 2', 'more');
    repository.publish();
    server.answers.set('metadata/1.more.json', (_, response) => response.writeHead(404).end());
    assertRefused(await run(['get', 'example/tool']), 3, 'download.status');
    assert.equal((await run(['get', 'example/tool=1.2.0'])).status, 0);
  });
});

describe('tuf-on-git list of a repository without projects', () => {
  const machine = exampleDownloader((repository) => {
    repository.role('example').targets = {};
    repository.addTarget('deep/er/than/that/goes', 'x');
  });

  it('shows its targets', async () => {
    await machine().trust();
    const text = await machine().ok(['list']);
    assert.match(text, /^TARGET PATH +BYTES +SIGNED BY\nNOTICE +8 +targets\ndeep.* +1 +targets\n$/);
  });
});
