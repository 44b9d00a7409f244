import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { conformanceScene } from './kit/scene.ts';

/** A name, and how it must stand in a URL: only the unreserved characters of RFC 3986 as they are. */
const names: readonly (readonly [name: string, encoded: string])[] = [
  ['team', 'team'],
  ['a b', 'a%20b'],
  [' ', '%20'],
  ['.', '.'],
  ['..', '..'],
  ['...', '...'],
  ['.hidden', '.hidden'],
  ['a/b', 'a%2Fb'],
  ['/delegated', '%2Fdelegated'],
  ['../delegated', '..%2Fdelegated'],
  ['../../etc/passwd', '..%2F..%2Fetc%2Fpasswd'],
  ['..\\delegated', '..%5Cdelegated'],
  ['?', '%3F'],
  ['#', '%23'],
  ['%', '%25'],
  ['%2e%2e%2f', '%252e%252e%252f'],
  ['a+b', 'a%2Bb'],
  ['a&b=c;d', 'a%26b%3Dc%3Bd'],
  ["it's (all) mine!*", 'it%27s%20%28all%29%20mine%21%2A'],
  ['"quoted"', '%22quoted%22'],
  ['C:', 'C%3A'],
  ['a~b_c-d', 'a~b_c-d'],
  ['über', '%C3%BCber'],
  ['u\u0308ber', 'u%CC%88ber'],
  ['役割', '%E5%BD%B9%E5%89%B2'],
  ['🔑', '%F0%9F%94%91'],
  ['a\nb', 'a%0Ab'],
  ['\u202egnitekram', '%E2%80%AEgnitekram'],
  ['Root', 'Root'],
  ['TIMESTAMP', 'TIMESTAMP'],
  ['root.json', 'root.json'],
  ['1.root', '1.root'],
  ['2.targets', '2.targets'],
  ['7', '7'],
  ['anchor', 'anchor'],
  ['constructor', 'constructor'],
  ['__proto__', '__proto__'],
  ['-rf', '-rf'],
  ['x'.repeat(250), 'x'.repeat(250)],
  ['ü'.repeat(120), '%C3%BC'.repeat(120)],
];

describe('a delegated role of the name', () => {
  const scene = conformanceScene();

  for (const [name, encoded] of names) {
    it(`${JSON.stringify(name).slice(0, 40)} is asked for once, stored safely and found again`, async () => {
      const { repository } = scene();
      await scene().init();
      repository.delegate(name);
      repository.addTarget('a.txt', 'a', name);
      repository.publish();
      assert.equal(await scene().download(['a.txt']), 0);
      const asked = `2.root timestamp 2.snapshot 2.targets 1.${encoded} targets/#.a.txt`;
      assert.equal(scene().asked, asked);
      assert.equal((await scene().trusted()).split(', ').length, 5);
      assert.equal(await scene().download(['b.txt']), 1);
      assert.equal(scene().fault, 'search.not-found');
      assert.equal(scene().asked, '2.root timestamp');
      await assertNothingOutside(scene().metadataDir);
    });
  }

  for (const name of ['root', 'timestamp', 'snapshot', 'targets']) {
    it(`${name} is refused: it would take the place of the trusted file`, async () => {
      const { repository } = scene();
      await scene().init();
      await scene().refresh();
      const { targets } = repository;
      targets.delegations.roles.push({
        name,
        keyids: [],
        threshold: 1,
        terminating: false,
        paths: ['*'],
      });
      repository.publish();
      assert.equal(await scene().download(['a.txt']), 1);
      assert.equal(scene().fault, 'json.shape');
      assert.equal(await scene().trusted(), 'root 1, snapshot 2, targets 1, timestamp 2');
    });
  }

  it('that differs in case only has a file of its own', async () => {
    const { repository } = scene();
    await scene().init();
    repository.delegate('team', { paths: ['b.txt'] });
    repository.delegate('Team', { paths: ['a.txt', 'b.txt'] });
    repository.addTarget('a.txt', 'a', 'Team');
    repository.publish();
    assert.equal(await scene().download(['a.txt']), 0);
    assert.equal(await scene().download(['b.txt']), 1);
    assert.equal(scene().asked, '2.root timestamp 1.team');
  });

  it('that is nothing is refused', async () => {
    const { repository } = scene();
    await scene().init();
    repository.delegate('');
    repository.publish();
    assert.equal(await scene().download(['a.txt']), 1);
    assert.equal(scene().fault, 'json.shape');
  });
});

/** The folder of the scene holds the root that init was given, and the client's two folders. */
async function assertNothingOutside(metadataDir: string): Promise<void> {
  const around = (await readdir(path.dirname(metadataDir))).toSorted();
  assert.deepEqual(around, ['first root.json', 'metadata', 'targets']);
  const within = await readdir(metadataDir, { withFileTypes: true });
  const folders = within.filter((entry) => !entry.isFile()).map((entry) => entry.name);
  assert.deepEqual(folders, ['anchor']);
}
