import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { signed } from '../kit/simulated-repository.ts';
import { envelope, type Envelope } from './kit/forgery.ts';
import { conformanceScene, fromNow } from './kit/scene.ts';

const dir = ['--metadata-dir', 'DIR'];
const url = ['--metadata-url', 'URL'];
const target = ['--target-name', 'a.txt', '--target-dir', 'DIR', '--target-base-url', 'URL'];

/** DIR and URL stand for real ones. */
const wrongLines: Readonly<Record<string, readonly string[]>> = {
  'no command at all': [],
  'options alone': [...dir, ...url],
  'an unknown command': [...dir, ...url, 'update'],
  'an unknown option': [...dir, ...url, '--verbose', 'yes', 'refresh'],
  'an option without its value': ['refresh', '--metadata-dir'],
  'options behind the command': ['refresh', ...dir, ...url],
  'an option given twice': [...dir, ...dir, ...url, 'refresh'],
  'an empty value': ['--metadata-dir', '', ...url, 'refresh'],
  'init without a root': [...dir, 'init'],
  'init with a root that is not there': [...dir, 'init', '/nowhere/root.json'],
  'init without a folder': ['init', '/nowhere/root.json'],
  'refresh without a folder': [...url, 'refresh'],
  'refresh without a URL': [...dir, 'refresh'],
  'refresh with a URL that is none': [...dir, '--metadata-url', 'metadata', 'refresh'],
  'refresh with an operand': [...dir, ...url, 'refresh', 'now'],
  'download without a target': [...dir, ...url, ...target.slice(2), 'download'],
  'download without a target folder': [...dir, ...url, ...target.toSpliced(2, 2), 'download'],
  'download without a base URL': [...dir, ...url, ...target.slice(0, 4), 'download'],
  help: ['--help'],
};

describe('the command line of tuf-on-git-conformance', () => {
  const scene = conformanceScene();

  for (const [name, args] of Object.entries(wrongLines)) {
    it(`fails with status 1 and asks nobody: ${name}`, async () => {
      await scene().init();
      const { metadataDir, metadataUrl } = scene();
      const real = args.map((arg) =>
        arg === 'DIR' ? metadataDir : arg === 'URL' ? metadataUrl : arg,
      );
      assert.equal(await scene().run(real), 1);
      assert.equal(scene().asked, '');
      assert.equal(await scene().trusted(), 'root 1');
    });
  }

  it('takes a value that looks like an option', async () => {
    scene().repository.addTarget('--help', 'a');
    scene().repository.publish();
    await scene().init();
    assert.equal(await scene().download(['--help']), 0);
  });

  it('refuses to refresh what was never initialised, and asks nobody', async () => {
    assert.equal(await scene().refresh(), 1);
    assert.equal(scene().fault, 'client.not-trusted-yet');
    assert.equal(scene().asked, '');
  });
});

/** Roots that nobody may start from. */
const badRoots: Readonly<Record<string, (root: Envelope) => unknown>> = {
  'one without a version': (root) => delete root.signed['version'],
  'one whose signature is another': (root) => (root.signatures = [{ ...first(root), sig: '00' }]),
  'one without signatures': (root) => (root.signatures = []),
  'one that was changed': (root) => (root.signed['version'] = 2),
  'one signed twice by one key': (root) => root.signatures.push(first(root)),
  'one of another type': (root) => (root.signed['_type'] = 'timestamp'),
};

describe('init', () => {
  const scene = conformanceScene();

  it('stores the root as it is, and asks nobody', async () => {
    const bytes = Buffer.concat([scene().repository.bytes('root'), Buffer.from('\n \n')]);
    assert.equal(await scene().init(bytes), 0);
    assert.equal(scene().asked, '');
    assert.equal(await scene().trusted(), 'root 1');
  });

  it('leaves one JSON file at the top of its folder', async () => {
    await scene().init();
    const names = await readdir(scene().metadataDir);
    assert.deepEqual(
      names.filter((name) => name.endsWith('.json')),
      ['root.json'],
    );
  });

  it('takes a folder that is there already', async () => {
    await mkdir(scene().metadataDir);
    assert.equal(await scene().init(), 0);
  });

  it('takes a root that has expired: a newer one may not have', async () => {
    const { repository } = scene();
    const content = { ...repository.root, expires: fromNow(-1) };
    assert.equal(await scene().init(signed(content, repository.signersOf('root'))), 0);
    repository.publishRoot();
    assert.equal(await scene().refresh(), 0);
    assert.equal(await scene().trusted(), 'root 2, snapshot 1, targets 1, timestamp 1');
  });

  it('keeps what it has when it is called again with the same root', async () => {
    const first = scene().repository.bytes('root');
    scene().repository.publishRoot();
    await scene().init(first);
    await scene().refresh();
    assert.equal(await scene().init(first), 0);
    assert.equal(await scene().refresh(), 0);
    assert.equal(scene().asked, '3.root timestamp');
  });

  for (const [name, spoil] of Object.entries(badRoots)) {
    it(`refuses ${name}; a refresh then asks nobody`, async () => {
      const root = envelope(scene().repository.bytes('root'));
      spoil(root);
      assert.equal(await scene().init(Buffer.from(JSON.stringify(root))), 1);
      assert.equal(await scene().refresh(), 1);
      assert.equal(scene().asked, '');
      assert.equal(await scene().trusted(), '');
    });

    it(`would also refuse ${name} at the refresh, as the suite may put it there`, async () => {
      const root = envelope(scene().repository.bytes('root'));
      spoil(root);
      await mkdir(scene().metadataDir);
      await writeFile(path.join(scene().metadataDir, 'root.json'), JSON.stringify(root));
      assert.equal(await scene().refresh(), 1);
      assert.equal(scene().asked, '');
    });
  }
});

function first(root: Envelope): { keyid: string; sig: string } {
  return root.signatures[0] ?? assert.fail('it is signed');
}
