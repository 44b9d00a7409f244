import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { absoluteUri } from '../../cli/workspace/own-keys.ts';
import { readPin } from '../../cli/workspace/pin-root.ts';
import { folderFor, repositoryUrl } from '../../cli/workspace/remote-url.ts';
import { readSourceFile } from '../../cli/workspace/target-file.ts';
import { givenToken } from '../../cli/workspace/token.ts';
import { readTreeFile, removeTreeFile, writeTreeFile } from '../../cli/workspace/tree-files.ts';
import { freshFolders } from '../kit/folders.ts';
import { rejectsWithFault } from '../kit/faults.ts';

describe('the URL of a clone', () => {
  it('may be the console’s base URL', () => {
    assert.equal(repositoryUrl('http://tuf:8081', '/w'), 'http://tuf:8081/repository.git');
    assert.equal(repositoryUrl('https://tuf/x/', '/w'), 'https://tuf/x/repository.git');
    assert.equal(repositoryUrl('https://tuf/my.git/', '/w'), 'https://tuf/my.git');
  });

  it('is absolute where it is a path, and left alone where it is ssh', () => {
    assert.equal(repositoryUrl('../repo.git', '/w/here'), '/w/repo.git');
    assert.equal(repositoryUrl('git@host:tuf.git', '/w'), 'git@host:tuf.git');
    assert.equal(repositoryUrl('ssh://host/tuf.git', '/w'), 'ssh://host/tuf.git');
  });

  it('names the folder', () => {
    assert.equal(folderFor('/srv/tuf/example.git'), 'example');
    assert.equal(folderFor('git@host:example.git'), 'example');
    assert.equal(folderFor('http://tuf:8081/repository.git'), 'repository');
  });
});

describe('files of the working tree', () => {
  const folder = freshFolders();

  it('are written with their folders and removed with them', async () => {
    await writeTreeFile(folder(), 'targets/a/b/c', Buffer.from('text'));
    assert.equal((await readTreeFile(folder(), 'targets/a/b/c'))?.toString(), 'text');
    await removeTreeFile(folder(), 'targets/a/b/c');
    assert.ok(!existsSync(path.join(folder(), 'targets/a')));
    assert.equal(await readTreeFile(folder(), 'targets/a/b/c'), undefined);
  });

  it('are never written or read through a link that came with the clone', async () => {
    const outside = path.join(folder(), 'outside');
    const dir = path.join(folder(), 'work');
    await mkdir(outside);
    await mkdir(path.join(dir, 'targets'), { recursive: true });
    await writeFile(path.join(outside, 'secret'), 'mine');
    await symlink(outside, path.join(dir, 'targets/a'));
    await symlink(path.join(outside, 'secret'), path.join(dir, 'targets/file'));
    for (const file of ['targets/a/secret', 'targets/file']) {
      await rejectsWithFault('path.form', writeTreeFile(dir, file, Buffer.from('theirs')));
      await rejectsWithFault('path.form', readTreeFile(dir, file));
      await rejectsWithFault('path.form', removeTreeFile(dir, file));
    }
    assert.equal(await readFile(path.join(outside, 'secret'), 'utf8'), 'mine');
  });

  it('never lie outside the workspace', async () => {
    for (const file of ['../x', 'targets/../../x', '/etc/x', '', 'a\\..\\x']) {
      await rejectsWithFault('path.form', writeTreeFile(folder(), file, Buffer.of()));
    }
  });
});

describe('a file to be added', () => {
  const folder = freshFolders();

  it('is a plain file: refuses a folder, a link, and one that is not there', async () => {
    await writeFile(path.join(folder(), 'file'), 'text');
    await symlink('file', path.join(folder(), 'link'));
    for (const name of ['', 'link', 'nothing']) {
      await rejectsWithFault('usage.argument', readSourceFile(path.join(folder(), name)));
    }
    const { length, sha256 } = await readSourceFile(path.join(folder(), 'file'));
    assert.equal(length, 4);
    assert.equal(sha256, '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1');
  });
});

describe('where trust starts', () => {
  const folder = freshFolders();

  it('is said in one way only', async () => {
    const sha256 = 'AB'.repeat(32);
    assert.deepEqual(await readPin({}, folder()), { kind: 'none' });
    assert.deepEqual(await readPin({ trustOnFirstUse: true }, folder()), { kind: 'first-use' });
    assert.deepEqual(await readPin({ rootSha256: sha256 }, folder()), {
      kind: 'sha256',
      sha256: sha256.toLowerCase(),
    });
    const both = { rootSha256: sha256, trustOnFirstUse: true };
    await rejectsWithFault('usage.argument', readPin(both, folder()));
  });

  it('is no half digest, no missing file and no other metadata', async () => {
    await rejectsWithFault('usage.argument', readPin({ rootSha256: 'abcd' }, folder()));
    await rejectsWithFault('usage.argument', readPin({ root: 'root.json' }, folder()));
    await writeFile(
      path.join(folder(), 'root.json'),
      '{"signed":{"_type":"targets"},"signatures":[]}',
    );
    await rejectsWithFault('role.type', readPin({ root: 'root.json' }, folder()));
  });
});

describe('a token', () => {
  const folder = freshFolders();
  const warnings: string[] = [];
  const read = (tokenFile: string) =>
    givenToken({ tokenFile }, folder(), {
      warn: (text) => {
        warnings.push(text);
      },
    });

  it('is one word in a file, with a warning when others can read it', async () => {
    const file = path.join(folder(), 'token');
    await writeFile(file, 'tog_abc-DEF_1\n', { mode: 0o600 });
    assert.equal(await read('token'), 'tog_abc-DEF_1');
    assert.deepEqual(warnings, []);
    await chmod(file, 0o644);
    await read('token');
    assert.equal(warnings.length, 1);
  });

  it('is not what could break out of an HTTP header', async () => {
    await writeFile(path.join(folder(), 'token'), 'tog_a\r\nX-Else: 1\n');
    await rejectsWithFault('usage.argument', read('token'));
    await writeFile(path.join(folder(), 'token'), '');
    await rejectsWithFault('usage.argument', read('token'));
    await rejectsWithFault('usage.argument', read('missing'));
  });
});

describe('a key URI that is remembered', () => {
  it('has absolute paths, for its file and for its secret', async () => {
    assert.equal(
      await absoluteUri('file:alice.json?pin-source=file:secret', '/home/alice'),
      'file:/home/alice/alice.json?pin-source=file:/home/alice/secret',
    );
    assert.equal(
      await absoluteUri('pkcs11:token=tuf;object=alice?pin-source=file:pin', '/home/alice'),
      'pkcs11:token=tuf;object=alice?pin-source=file:/home/alice/pin',
    );
  });

  it('names no descriptor, which ends with the command that was given it', async () => {
    assert.equal(await absoluteUri('file:a.json?pin-source=fd:3', '/w'), 'file:/w/a.json');
  });
});
