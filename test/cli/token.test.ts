import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { homeFormat } from '../../core/home/config.ts';
import { homePaths } from '../../core/home/layout.ts';
import { findToken, hasScope, mayTouch } from '../../core/home/tokens.ts';
import { lockFolder } from '../../core/lock/folder-lock.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';

interface ListedToken {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly created: string;
  readonly expires: string;
}

describe('tuf-on-git token', () => {
  let sandbox: CliSandbox;
  let file: string;
  const list = async () =>
    JSON.parse(await sandbox.ok(['token', 'list', 'home', '--json'])) as ListedToken[];

  before(async () => {
    sandbox = await cliSandbox();
    const paths = homePaths(path.join(sandbox.dir, 'home'));
    await mkdir(paths.home);
    await writeFile(paths.config, JSON.stringify({ format: homeFormat }));
    file = paths.tokens;
  });
  after(() => sandbox.remove());

  it('add prints a token that is kept nowhere and may push', async () => {
    const text = (await sandbox.ok(['token', 'add', 'home', 'alice'])).trim();
    assert.match(text, /^tog_[\w-]{43}$/);
    assert.ok(!(await readFile(file, 'utf8')).includes(text));
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const known = await findToken(file, text, new Date());
    assert.equal(known?.name, 'alice');
    assert.ok(hasScope(known, 'git:push'));
    assert.ok(hasScope(known, 'blob:put'));
    assert.ok(!hasScope(known, 'change:submit'));
  });

  it('list tells names and lives, not the tokens', async () => {
    await sandbox.ok(['token', 'add', 'home', 'bob', '--expires', '2d']);
    const bob = (await list()).find(({ name }) => name === 'bob');
    assert.ok(bob);
    assert.deepEqual(Object.keys(bob), ['name', 'scopes', 'prefixes', 'created', 'expires']);
    assert.equal(Date.parse(bob.expires) - Date.parse(bob.created), 2 * 86_400_000);
    assert.match(await sandbox.ok(['token', 'list', 'home']), /^bob +git:push blob:put +\S+Z$/m);
  });

  it('add binds a token to beginnings of target paths', async () => {
    const add = ['token', 'add', 'home', 'ci', '--scope', 'change:submit', '--prefix', 'shop/'];
    const known = await findToken(file, (await sandbox.ok(add)).trim(), new Date());
    assert.ok(known);
    assert.ok(mayTouch(known, 'shop/app/1.0/app.tgz'));
    assert.ok(!mayTouch(known, 'shopping/app/1.0/app.tgz'));
  });

  it('revoke takes a token away at once', async () => {
    const text = (await sandbox.ok(['token', 'add', 'home', 'carol'])).trim();
    await sandbox.ok(['token', 'revoke', 'home', 'carol']);
    assert.equal(await findToken(file, text, new Date()), undefined);
    assertRefused(await sandbox.run(['token', 'revoke', 'home', 'carol']), 2, 'home.token');
  });

  it('add and revoke lose nothing of each other, however many run at once', async () => {
    const names = Array.from({ length: 6 }, (_, at) => `ci-${at}`);
    const all = (verb: string, of: readonly string[]) =>
      Promise.all(of.map((name) => sandbox.ok(['token', verb, 'home', name])));
    const before = (await list()).map(({ name }) => name);
    await all('add', names);
    const listed = async () => (await list()).map(({ name }) => name).toSorted();
    assert.deepEqual(await listed(), [...before, ...names].toSorted());
    await Promise.all([all('revoke', names), all('add', ['ci-6', 'ci-7'])]);
    assert.deepEqual(await listed(), [...before, 'ci-6', 'ci-7'].toSorted());
    const left = (await readdir(path.dirname(file))).filter((name) => name.startsWith('.'));
    assert.deepEqual(left, []);
  });

  it('add gives up on a list that somebody else keeps for themselves, and changes nothing', async () => {
    const before = await readFile(file);
    const lock = await lockFolder(path.dirname(file), { timeoutMs: 0 }, () => assert.fail('held'));
    try {
      const refused = await sandbox.run(['token', 'add', 'home', 'late']);
      assertRefused(refused, 1, 'home.locked');
      assert.match(refused.stderr, new RegExp(`process ${process.pid}.*try again`));
    } finally {
      lock.release();
    }
    assert.deepEqual(await readFile(file), before);
  });

  it('add refuses a name that is taken, a long life and an unknown scope', async () => {
    await sandbox.ok(['token', 'add', 'home', 'carol']);
    const before = await sandbox.files();
    assertRefused(await sandbox.run(['token', 'add', 'home', 'carol']), 2, 'home.token');
    assertRefused(await sandbox.run(['token', 'add', 'home', 'a b']), 2, 'home.token');
    const long = await sandbox.run(['token', 'add', 'home', 'carol', '--expires', '91d']);
    assertRefused(long, 2, 'home.token');
    const scope = await sandbox.run(['token', 'add', 'home', 'carol', '--scope', 'all']);
    assert.equal(scope.status, 2);
    assert.deepEqual(await sandbox.files(), before);
  });
});
