import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import { assertRefused } from '../kit/cli.ts';
import { exampleDownloader, inDays } from '../kit/example-downloader.ts';
import { newKey, sha256, type TargetsJson, type TestKey } from '../kit/simulated-repository.ts';

interface Answer {
  readonly repository: string;
  readonly targets: readonly Record<string, unknown>[];
  readonly failures: readonly { wanted: string; code: string; hint?: string }[];
}

const lamp = 'lamp/lamp/1.0/lamp.tgz';
const [alice, bob, carol] = [keyOf('@alice'), keyOf('@bob'), keyOf('@carol')];
const keys = [alice, bob, carol];

describe('tuf-on-git info', () => {
  const machine = exampleDownloader((repository) => {
    repository.delegate('lamps', { paths: ['other/*', 'lamp/*/*/*'] });
    repository.delegate('lamps/new', {
      ...{ from: 'lamps', paths: ['lamp/lamp/*/*', 'lamp/*/1.0/*'], terminating: true },
      ...{ keys, threshold: 2 },
    });
    repository.signers.set('lamps/new', [alice, carol]);
    repository.addTarget(lamp, 'light', 'lamps/new');
    repository.addTarget('lamp/lamp/1.0/lamp.zip', 'lite', 'lamps/new');
    Object.assign(repository.role('lamps/new').targets[lamp] ?? {}, {
      custom: { license: 'MIT', size: { w: 1 } },
    });
  });
  beforeEach(() => machine().trust());

  const answer = async (...args: string[]) =>
    JSON.parse(await machine().ok(['info', '--json', ...args])) as Answer;

  it('tells a program everything of a target two delegations deep', async () => {
    const { repository, server } = machine();
    const digest = sha256(Buffer.from('light'));
    const expires = repository.root.expires;
    const key = (role: string) => [
      { keyid: repository.signersOf(role)[0]?.keyid, owner: null, hasSigned: true },
    ];
    assert.deepEqual(await answer(lamp), {
      repository: '127.0.0.1',
      targets: [
        {
          path: lamp,
          length: 5,
          hashes: { sha256: digest },
          custom: { license: 'MIT', size: { w: 1 } },
          urls: [`${server.url}targets/lamp/lamp/1.0/${digest}.lamp.tgz`],
          role: 'lamps/new',
          chain: [
            {
              ...{ role: 'targets', delegator: 'root', delegation: null, version: 1, expires },
              ...{ threshold: 1, keys: key('targets') },
            },
            {
              ...{ role: 'lamps', delegator: 'targets', version: 1, expires, threshold: 1 },
              ...{ delegation: { terminating: false, paths: ['lamp/*/*/*'] }, keys: key('lamps') },
            },
            {
              ...{ role: 'lamps/new', delegator: 'lamps', version: 1, expires, threshold: 2 },
              delegation: { terminating: true, paths: ['lamp/lamp/*/*', 'lamp/*/1.0/*'] },
              keys: [
                { keyid: alice.keyid, owner: '@alice', hasSigned: true },
                { keyid: bob.keyid, owner: '@bob', hasSigned: false },
                { keyid: carol.keyid, owner: '@carol', hasSigned: true },
              ],
            },
          ],
        },
      ],
      failures: [],
    });
  });

  it('shows a person who has signed, and for what', async () => {
    const { ok, repository } = machine();
    const shown = await ok(['info', lamp]);
    const { expires } = repository.root;
    const ofNew = shown.slice(shown.indexOf('role lamps/new')).split('\n');
    assert.deepEqual(ofNew, [
      'role lamps/new',
      `  version       1, until ${expires}`,
      '  trusted by    lamps',
      '  for           lamp/lamp/*/*',
      '                lamp/*/1.0/*',
      '                nobody is asked after it (terminating)',
      '  threshold     2 of 3 keys must sign',
      `  signed        ${alice.keyid}  @alice`,
      `                ${carol.keyid}  @carol`,
      `  not signed    ${bob.keyid}  @bob`,
      '',
    ]);
    assert.match(shown, /^ {2}custom {8}license: MIT\n {16}size: \{"w":1\}$/m);
    assert.ok(shown.split('\n').every((line) => line.length <= 100 || /^ {2}url/.test(line)));
  });

  it('describes a target of the top level, and each mirror that serves it', async () => {
    const { ok, server, trust } = machine();
    await trust('--url', 'http://127.0.0.1:9/second');
    const { targets } = await answer('NOTICE');
    const name = `${sha256(Buffer.from('a notice'))}.NOTICE`;
    const urls = [`${server.url}targets/${name}`, `http://127.0.0.1:9/second/targets/${name}`];
    assert.deepEqual([targets[0]?.['urls'], targets[0]?.['custom']], [urls, null]);
    const shown = await ok(['info', 'NOTICE']);
    for (const url of urls) assert.ok(shown.includes(url));
    assert.match(shown, /^ {2}trusted by {4}root\n {2}for {11}every path$/m);
  });

  it('describes the newest version, every artifact of it, and several at once', async () => {
    const pathsOf = async (...wanted: string[]) =>
      (await answer(...wanted)).targets.map((target) => target['path']);
    const tool = 'example/tool/1.2.0/tool-1.2.0.tgz';
    assert.deepEqual(await pathsOf('example/tool'), [tool]);
    const artifacts = [lamp, 'lamp/lamp/1.0/lamp.zip'];
    assert.deepEqual(await pathsOf('lamp', 'NOTICE', lamp), [...artifacts, 'NOTICE']);
  });

  it('offers near names, and describes what it finds beside what it does not', async () => {
    const { run } = machine();
    const missing = await run(['info', 'lmap']);
    assertRefused(missing, 1, 'search.not-found');
    assert.match(missing.stderr, /did you mean .*\blamp\b/);
    const both = await run(['info', '--json', 'NOTCE', 'NOTICE']);
    assert.equal(both.status, 1);
    assert.match(both.stderr, /^tuf-on-git: \[search\.not-found\] project NOTCE: [^\n]+NOTICE\n$/);
    const { targets, failures } = JSON.parse(both.stdout) as Answer;
    assert.deepEqual([targets.length, failures[0]?.wanted], [1, 'NOTCE']);
    assert.equal((await run(['info'])).status, 2);
  });

  it('asks no server with --offline, and downloads no target ever', async () => {
    const { run, server } = machine();
    assertRefused(await run(['info', lamp, '--offline']), 3, 'client.offline');
    const online = await run(['info', lamp]);
    const asked = server.requests.length;
    assert.deepEqual(await run(['info', lamp, '--offline']), online);
    assert.equal(server.requests.length, asked);
    assert.ok(!server.requests.some((name) => name.startsWith('targets/')));
  });

  it('judges by another time with --at', async () => {
    const late = await machine().run(['info', 'NOTICE', '--at', inDays(2)]);
    assert.equal(late.status, 1);
    assert.match(late.stderr, /\[role\.expired\]/);
    assert.equal(late.stdout, '');
  });
});

describe('tuf-on-git info of a target that is found by its hash', () => {
  const machine = exampleDownloader((repository) => {
    const key = newKey();
    const prefixes = [sha256(Buffer.from('hashed.txt')).slice(0, 3), 'fff'];
    repository.delegate('hashed', { keys: [key] });
    const delegated = repository.targets.delegations.roles;
    const hashed = delegated.pop() as JsonObject;
    delete hashed['paths'];
    delegated.push({ ...hashed, path_hash_prefixes: prefixes });
    repository.delegate(bin, { from: 'hashed', keys: [key] });
    repository.role('hashed').delegations = {
      keys: { [key.keyid]: key.json },
      succinct_roles: { keyids: [key.keyid], threshold: 1, bit_length: 8, name_prefix: 'bin' },
    } as unknown as TargetsJson['delegations'];
    repository.addTarget('hashed.txt', 'x', bin);
  });
  const bin = `bin-${sha256(Buffer.from('hashed.txt')).slice(0, 2)}`;
  beforeEach(() => machine().trust());

  it('says by what prefix, and that a succinct role has its part of every path', async () => {
    const shown = await machine().ok(['info', 'hashed.txt']);
    const begin = sha256(Buffer.from('hashed.txt')).slice(0, 3);
    assert.ok(shown.includes(`  for           paths whose SHA-256 begins with ${begin}\n`), shown);
    assert.ok(!shown.includes('fff\n'));
    assert.match(
      shown,
      /its part of every path: one of 256 succinct roles bin-…\n.*\(terminating\)/,
    );
    const { targets } = JSON.parse(await machine().ok(['info', 'hashed.txt', '--json'])) as Answer;
    const chain = targets[0]?.['chain'] as { delegation: unknown }[];
    assert.deepEqual(
      chain.map(({ delegation }) => delegation),
      [
        null,
        { terminating: false, pathHashPrefixes: [begin] },
        { terminating: true, succinctRoles: { namePrefix: 'bin', bitLength: 8 } },
      ],
    );
  });
});

describe('tuf-on-git info of metadata that is after the terminal', () => {
  const evil = '\u001b[2J\u001b]0;owned\u0007\n  signed        me\r\u202e\u009b1m';
  const path = 'some\u202e/file';
  const key = keyOf(evil.repeat(9));
  const machine = exampleDownloader((repository) => {
    repository.delegate('evil\n role', { paths: ['*/file'], keys: [key] });
    repository.addTarget(path, 'x', 'evil\n role');
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`${evil}${at}`, evil]));
    Object.assign(repository.role('evil\n role').targets[path] ?? {}, { custom: many });
  });
  beforeEach(() => machine().trust());

  it('shows it as text, on lines of its own, and no more than fits', async () => {
    const shown = await machine().ok(['info', path]);
    assert.doesNotMatch(shown, /[^\P{C}\n]/u);
    assert.equal(shown.match(/^ {2}signed /gm)?.length, 2); // one for each role
    const heads = shown.split('\n').filter((line) => /^ ?[^ ]/.test(line));
    assert.deepEqual(heads, ['some\\u{202e}/file', 'role targets', 'role evil\\u{000a} role']);
    assert.match(shown, /and 480 more; --json has all/);
    const wide = shown.split('\n').filter((line) => line.length > 100);
    assert.ok(
      wide.every((line) => /^ {2}url/.test(line)),
      wide.join('\n'),
    );
  });

  it('gives it to a program unchanged, without a raw control character', async () => {
    const text = await machine().ok(['info', path, '--json']);
    assert.doesNotMatch(text, /[^\P{C}\n]/u);
    const [target] = (JSON.parse(text) as Answer).targets;
    assert.equal((target?.['custom'] as Record<string, string>)[`${evil}0`], evil);
  });
});

function keyOf(owner: string): TestKey {
  const key = newKey();
  return { ...key, json: { ...key.json, 'x-tuf-on-ci-keyowner': owner } };
}
