import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { cacheFileName, flatName, localName } from '../../client/file-names.ts';
import { readIfThere, removeAbandoned, replaceFile } from '../../client/storage.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

describe('storage of the client', () => {
  const folder = temporaryFolder();

  it('keeps the old file and no other when writing fails half-way', async () => {
    const file = path.join(folder.path, 'root.json');
    await writeFile(file, 'old');
    const failing = replaceFile(file, async (handle) => {
      await handle.write('half of the n');
      throw fault('target.hash', 'x', 'refused');
    });
    await rejectsWithFault('target.hash', failing);
    assert.equal(await readFile(file, 'utf8'), 'old');
    assert.deepEqual(await readdir(folder.path), ['root.json']);
  });

  it('has a whole file under the name, whenever the process is killed', async () => {
    const file = path.join(folder.path, 'timestamp.json');
    for (let round = 0; round < 3; round += 1) {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', path.join(import.meta.dirname, '../kit/write-for-ever.ts'), file],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const ended = once(child, 'exit');
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await ended;
      const text = await readFile(file, 'utf8');
      assert.equal(text.length, 1_000_000);
      assert.equal(new Set(text).size, 1);
      const others = (await readdir(folder.path)).filter((name) => name !== 'timestamp.json');
      assert.ok(others.every((name) => name.startsWith('.') && !name.endsWith('.json')));
    }
  });

  it('removes what killed processes left, and nothing that is being written', async () => {
    const file = path.join(folder.path, 'root.json');
    const child = spawn(process.execPath, ['--version']);
    await once(child, 'exit');
    const mine: string[] = [];
    await replaceFile(file, async () => {
      mine.push(...(await readdir(folder.path)));
      const [name = ''] = mine;
      const left = name.replace(`-${process.pid}-`, `-${child.pid}-`);
      await writeFile(path.join(folder.path, left), 'half');
      await mkdir(path.join(folder.path, left.replace(/\w{8}\.tmp$/, '00000000.tmp')));
      await writeFile(path.join(folder.path, '.other.tmp'), 'of somebody');
      await removeAbandoned(folder.path);
      assert.deepEqual((await readdir(folder.path)).toSorted(), [...mine, '.other.tmp'].toSorted());
    });
    await removeAbandoned(path.join(folder.path, 'none'));
  });

  it('tells a missing file from one that cannot be read', async () => {
    assert.equal(await readIfThere(path.join(folder.path, 'none')), undefined);
    assert.equal(await readIfThere(path.join(folder.path, 'none', 'deeper')), undefined);
    await mkdir(path.join(folder.path, 'folder'));
    await rejectsWithFault('client.storage', readIfThere(path.join(folder.path, 'folder')));
  });

  it('says which file cannot be written', async () => {
    const file = path.join(folder.path, 'file');
    await writeFile(file, '');
    const below = replaceFile(path.join(file, 'below'), () => Promise.resolve());
    await rejectsWithFault('client.storage', below);
  });

  it('gives targets names that Windows takes for nothing else', () => {
    const local = (name: string) => localName(name, 'win32');
    const harmless = ['a.txt', 'console', 'com10', 'a con', 'nullable.txt', '.hidden', 'a%b'];
    assert.deepEqual(harmless.map(local), harmless);
    for (const device of ['CON', 'nul', 'aux.txt', 'Com1', 'lpt9.tar.gz', 'prn .x', 'com\u00b9']) {
      assert.match(local(device), /^%[0-9A-F]{2}/, device);
    }
    assert.equal(local('c:evil'), 'c%3Aevil');
    assert.equal(local('name::$DATA'), 'name%3A%3A$DATA');
    assert.deepEqual(['a.', 'a ', 'a..', '...'].map(local), ['a%2E', 'a%20', 'a.%2E', '..%2E']);
    assert.equal(local('<>"|?*'), '%3C%3E%22%7C%3F%2A');
    assert.equal(localName('c:evil. ', 'linux'), 'c:evil. ');
    assert.equal(flatName('nul', 'win32'), '%6Eul');
  });

  it('gives roles and targets file names that are safe and distinct', () => {
    assert.equal(cacheFileName('root'), 'root.json');
    assert.notEqual(cacheFileName('Root').toLowerCase(), 'root.json');
    assert.equal(flatName('../a/b'), '..%2Fa%2Fb');
    const [long, longer] = [flatName('x'.repeat(300)), flatName('x'.repeat(301))];
    assert.ok(long.length <= 200);
    assert.notEqual(long, longer);
  });
});
