import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hashedTargetPath } from '../../core/metadata/names.ts';
import { conformanceScene, type Scene } from './kit/scene.ts';

/** A target path, and the file that it becomes. */
const names: readonly (readonly [target: string, file: string])[] = [
  ['a.txt', 'a.txt'],
  ['path/to/a.txt', 'path%2Fto%2Fa.txt'],
  ['a b', 'a%20b'],
  ['%20', '%2520'],
  ['..%2f..%2fetc', '..%252f..%252fetc'],
  ['?query', '%3Fquery'],
  ['#fragment', '%23fragment'],
  ['a+b&c=d;e@f:g', 'a%2Bb%26c%3Dd%3Be%40f%3Ag'],
  ["it's(a)!*", 'it%27s%28a%29%21%2A'],
  ['über/役割/🔑', '%C3%BCber%2F%E5%BD%B9%E5%89%B2%2F%F0%9F%94%91'],
  ['--target-dir', '--target-dir'],
  ['constructor', 'constructor'],
  ['__proto__.js', '__proto__.js'],
  ['noextension', 'noextension'],
  ['.hidden', '.hidden'],
  ['trailing.', 'trailing.'],
  ['root.json', 'root.json'],
];

/** Target paths that lead elsewhere: refused before anything of them is asked for. */
const evil = ['../a', 'a/../../b', '/etc/passwd', '.', '..', 'a//b', 'a/', 'a\\..\\b', 'a\nb'];

describe('a target of the name', () => {
  const scene = conformanceScene();

  for (const [target, file] of names) {
    it(`${target} comes whole, and is not asked for again`, async () => {
      await publish(scene(), { [target]: 'content' });
      assert.equal(await scene().download([target]), 0);
      assert.deepEqual(await scene().downloaded(), { [file]: 'content' });
      assert.match(scene().asked, /^2\.root timestamp 2\.snapshot 2\.targets targets\/\S+$/);
      assert.equal(await scene().download([target]), 0);
      assert.equal(scene().asked, '2.root timestamp');
    });
  }

  for (const target of evil) {
    it(`${JSON.stringify(target)} is refused, and nothing is written`, async () => {
      await publish(scene(), { [target]: 'content' });
      assert.equal(await scene().download([target]), 1);
      assert.equal(scene().fault, 'path.form');
      assert.equal(scene().asked.includes('targets/'), false);
      assert.deepEqual(await scene().downloaded(), {});
    });
  }

  it('300 letters long gets a shorter file, the same each time', async () => {
    const target = 'x'.repeat(300);
    await publish(scene(), { [target]: 'content' });
    assert.equal(await scene().download([target]), 0);
    assert.equal(await scene().download([target]), 0);
    assert.deepEqual(Object.values(await scene().downloaded()), ['content']);
  });
});

/** What a server sends in the place of the target whose content is `right`. */
const wrong: Readonly<Record<string, readonly [content: string, fault: string]>> = {
  'another content of the same length': ['wrong', 'target.hash'],
  'more than its length': ['right and more', 'download.too-long'],
  'less than its length': ['righ', 'download.too-short'],
  nothing: ['', 'download.too-short'],
};

describe('a target file', () => {
  const scene = conformanceScene();

  for (const [name, [content, fault]] of Object.entries(wrong)) {
    it(`is refused when the server sends ${name}, and nothing is left`, async () => {
      await publish(scene(), { 'a.txt': 'right' });
      serveTargets(scene(), content);
      assert.equal(await scene().download(['a.txt']), 1);
      assert.equal(scene().fault, fault);
      assert.equal(scene().asked, '2.root timestamp 2.snapshot 2.targets targets/#.a.txt');
      assert.deepEqual(await scene().downloaded(), {});
    });
  }

  it('is refused when the server has none', async () => {
    await publish(scene(), { 'a.txt': 'right' });
    dropTargets(scene());
    assert.equal(await scene().download(['a.txt']), 1);
    assert.equal(scene().fault, 'download.status');
    assert.deepEqual(await scene().downloaded(), {});
  });

  it('of no bytes is one all the same', async () => {
    await publish(scene(), { empty: '' });
    assert.equal(await scene().download(['empty']), 0);
    assert.deepEqual(await scene().downloaded(), { empty: '' });
  });

  it('with a sha512 alone is checked by it', async () => {
    await publish(scene(), { 'a.txt': 'right' }, ['sha512']);
    assert.equal(await scene().download(['a.txt']), 0);
    await scene().init();
    serveTargets(scene(), 'wrong');
    await writeFile(path.join(scene().targetsDir, 'a.txt'), 'other');
    assert.equal(await scene().download(['a.txt']), 1);
    assert.equal(scene().fault, 'target.hash');
    assert.deepEqual(await scene().downloaded(), { 'a.txt': 'other' });
  });

  it('with a hash that nobody knows beside a known one is checked by that', async () => {
    await publish(scene(), { 'a.txt': 'right' }, ['sha256', 'sha-9']);
    assert.equal(await scene().download(['a.txt']), 0);
  });

  it('with a hash alone that nobody knows is refused', async () => {
    await publish(scene(), { 'a.txt': 'right' }, ['sha-9']);
    assert.equal(await scene().download(['a.txt']), 1);
    assert.equal(scene().fault, 'metadata.hash');
    assert.deepEqual(await scene().downloaded(), {});
  });

  it('must fit every hash that is known', async () => {
    await publish(scene(), { 'a.txt': 'right' }, ['sha256', 'wrong sha512']);
    assert.equal(await scene().download(['a.txt']), 1);
    assert.equal(scene().fault, 'target.hash');
    assert.deepEqual(await scene().downloaded(), {});
  });

  it('that somebody changed on the disk is fetched anew', async () => {
    await publish(scene(), { 'a.txt': 'right' });
    assert.equal(await scene().download(['a.txt']), 0);
    await writeFile(path.join(scene().targetsDir, 'a.txt'), 'wrong');
    assert.equal(await scene().download(['a.txt']), 0);
    assert.equal(scene().asked, '2.root timestamp targets/#.a.txt');
    assert.deepEqual(await scene().downloaded(), { 'a.txt': 'right' });
  });

  it('of a new content takes the place of the old one', async () => {
    await publish(scene(), { 'a.txt': 'one' });
    assert.equal(await scene().download(['a.txt']), 0);
    scene().repository.addTarget('a.txt', 'another');
    scene().repository.publish();
    assert.equal(await scene().download(['a.txt']), 0);
    assert.deepEqual(await scene().downloaded(), { 'a.txt': 'another' });
  });

  it('stays when its new content is another than was signed', async () => {
    await publish(scene(), { 'a.txt': 'one' });
    assert.equal(await scene().download(['a.txt']), 0);
    scene().repository.addTarget('a.txt', 'two');
    scene().repository.publish();
    serveTargets(scene(), 'bad');
    assert.equal(await scene().download(['a.txt']), 1);
    assert.deepEqual(await scene().downloaded(), { 'a.txt': 'one' });
  });

  it('that no role lists is not found, after a whole refresh', async () => {
    await publish(scene(), { 'a.txt': 'right' });
    assert.equal(await scene().download(['b.txt']), 1);
    assert.equal(scene().fault, 'search.not-found');
    assert.equal(scene().asked, '2.root timestamp 2.snapshot 2.targets');
    assert.equal(await scene().trusted(), 'root 1, snapshot 2, targets 2, timestamp 2');
  });

  it('is not fetched when the refresh fails', async () => {
    await publish(scene(), { 'a.txt': 'right' });
    scene().repository.files.set('metadata/2.targets.json', Buffer.from('{}'));
    assert.equal(await scene().download(['a.txt']), 1);
    assert.equal(scene().asked, '2.root timestamp 2.snapshot 2.targets');
    assert.deepEqual(await scene().downloaded(), {});
  });
});

describe('several targets', () => {
  const scene = conformanceScene();
  const contents = { 'a.txt': 'a', 'b.txt': 'bb', 'c.txt': 'ccc' };
  const refresh = '2.root timestamp 2.snapshot 2.targets';

  it('come in the order they are named, after one refresh', async () => {
    await publish(scene(), contents);
    assert.equal(await scene().download(['c.txt', 'a.txt', 'b.txt']), 0);
    const files = 'targets/#.c.txt targets/#.a.txt targets/#.b.txt';
    assert.equal(scene().asked, `${refresh} ${files}`);
    assert.deepEqual(await scene().downloaded(), contents);
  });

  it('end with the first that nobody lists; those before it stay', async () => {
    await publish(scene(), contents);
    assert.equal(await scene().download(['a.txt', 'missing', 'c.txt']), 1);
    assert.equal(scene().fault, 'search.not-found');
    assert.equal(scene().asked, `${refresh} targets/#.a.txt`);
    assert.deepEqual(await scene().downloaded(), { 'a.txt': 'a' });
  });

  it('end with the first that is not what was signed; those before it stay', async () => {
    await publish(scene(), contents);
    for (const name of scene().repository.files.keys()) {
      if (name.endsWith('.b.txt')) scene().repository.files.set(name, Buffer.from('xx'));
    }
    assert.equal(await scene().download(['a.txt', 'b.txt', 'c.txt']), 1);
    assert.equal(scene().fault, 'target.hash');
    assert.equal(scene().asked, `${refresh} targets/#.a.txt targets/#.b.txt`);
    assert.deepEqual(await scene().downloaded(), { 'a.txt': 'a' });
  });

  it('that are one and the same are asked for once', async () => {
    await publish(scene(), contents);
    assert.equal(await scene().download(['a.txt', 'a.txt']), 0);
    assert.equal(scene().asked, `${refresh} targets/#.a.txt`);
  });

  it('that lie in one delegated role fetch it once', async () => {
    const { repository } = scene();
    await scene().init();
    repository.delegate('team');
    for (const [name, content] of Object.entries(contents)) {
      repository.addTarget(name, content, 'team');
    }
    repository.publish();
    assert.equal(await scene().download(['a.txt', 'b.txt']), 0);
    assert.equal(scene().asked, `${refresh} 1.team targets/#.a.txt targets/#.b.txt`);
  });
});

describe('a base URL', () => {
  const scene = conformanceScene();

  for (const [name, prefix] of [
    ['with encoded slashes and brackets', 'test%2Fname%5Bone%5D/'],
    ['with an encoded percent sign', '100%2525/'],
    ['with a port and a deep path', 'a/b/c/d/'],
  ] as const) {
    it(`${name} is used as it is given`, async () => {
      await publish(scene(), { 'a.txt': 'a' });
      const { files } = scene().repository;
      for (const [file, content] of [...files]) {
        files.set(decodeURIComponent(prefix) + file, content);
      }
      scene().metadataUrl = `${scene().server.url}${prefix}metadata/`;
      scene().targetsUrl = `${scene().server.url}${prefix}targets/`;
      assert.equal(await scene().download(['a.txt']), 0);
      const urls = scene().server.rawRequests;
      assert.equal(urls[0], `${prefix}metadata/2.root.json`);
      assert.ok(urls.at(-1)?.startsWith(`${prefix}targets/`));
    });
  }

  it('may lack the slash at its end', async () => {
    await publish(scene(), { 'a.txt': 'a' });
    scene().metadataUrl = scene().metadataUrl.slice(0, -1);
    scene().targetsUrl = scene().targetsUrl.slice(0, -1);
    assert.equal(await scene().download(['a.txt']), 0);
    assert.equal(scene().asked, '2.root timestamp 2.snapshot 2.targets targets/#.a.txt');
  });
});

/** Publishes these targets to a new client, with the hashes named: a `wrong` one does not fit. */
async function publish(
  scene: Scene,
  contents: Readonly<Record<string, string>>,
  algorithms: readonly string[] = ['sha256'],
): Promise<void> {
  await scene.init();
  const { repository } = scene;
  for (const [target, content] of Object.entries(contents)) {
    repository.addTarget(target, content);
    const entry = repository.targets.targets[target] ?? assert.fail('it was just added');
    entry.hashes = Object.fromEntries(algorithms.map((name) => hashEntry(name, content)));
    if (algorithms[0] !== 'sha256') placeUnder(scene, target, content, entry.hashes);
  }
  repository.publish();
}

function hashEntry(name: string, content: string): readonly [string, string] {
  if (name.startsWith('wrong ')) return [name.slice(6), '00'.repeat(64)];
  if (name === 'sha-9') return [name, '09'.repeat(32)];
  return [name, createHash(name).update(content).digest('hex')];
}

/** The server has the file under each of its hashes. */
function placeUnder(
  { repository }: Scene,
  target: string,
  content: string,
  hashes: Readonly<Record<string, string>>,
): void {
  for (const hash of Object.values(hashes)) {
    const file = `targets/${hashedTargetPath(target, hash)}`;
    repository.files.set(file, Buffer.from(content));
  }
}

/** Sends this in the place of every target file. */
function serveTargets({ repository }: Scene, content: string): void {
  for (const file of repository.files.keys()) {
    if (file.startsWith('targets/')) repository.files.set(file, Buffer.from(content));
  }
}

function dropTargets({ repository }: Scene): void {
  for (const file of [...repository.files.keys()]) {
    if (file.startsWith('targets/')) repository.files.delete(file);
  }
}
