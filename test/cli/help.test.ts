import assert from 'node:assert/strict';
import path from 'node:path';
import { daemonSettings, settingsOf, signerSettings } from '../../cli/help/configuration.ts';
import { variables } from '../../cli/help/environment.ts';
import { statuses } from '../../cli/help/exit-status.ts';
import { home } from '../../cli/help/files.ts';
import { uris } from '../../cli/help/keys.ts';
import { topics } from '../../cli/help/topics.ts';
import { exitStatus } from '../../cli/terminal/exit-status.ts';
import { ruleCodes, type Code } from '../../core/error/codes.ts';
import { configSchema } from '../../core/home/config.ts';
import { homePaths } from '../../core/home/layout.ts';
import { signerSettingsSchema } from '../../core/home/signer-settings.ts';
import { formatKeyUri, parseKeyUri } from '../../core/signers/key-uri.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { filesIn, textOf } from '../structure/source-tree.ts';

describe('tuf-on-git help', () => {
  let sandbox: CliSandbox;

  before(async () => {
    sandbox = await cliSandbox();
  });
  after(() => sandbox.remove());

  it('shows a command as its own --help does, and all of them when none is named', async () => {
    const asked = await sandbox.ok(['help', 'role', 'add']);
    assert.equal(asked, await sandbox.ok(['role', 'add', '--help']));
    const all = await sandbox.ok(['help']);
    assert.equal(all, await sandbox.ok(['--help']));
    assert.match(all, /^ {2}help \[name\.\.\.\] .*\n.*configuration/m);
  });

  it('shows each topic, within the width of a terminal', async () => {
    for (const [name, { load }] of Object.entries(topics)) {
      const text = (await load()).text();
      const wide = text.split('\n').filter((line) => line.length > 80);
      assert.deepEqual(wide, [], name);
    }
    const shown = await sandbox.ok(['help', 'exit-status']);
    assert.match(shown, /^ {2}4 +It waits for more signatures/m);
  });

  it('refuses what is neither a command nor a topic', async () => {
    assertRefused(await sandbox.run(['help', 'constructor']), 2, 'usage.argument');
    assertRefused(await sandbox.run(['help', 'role', 'keys']), 2, 'usage.argument');
  });

  it('is completed with commands and topics, without their options and files', async () => {
    const words = async (...line: readonly string[]) =>
      (await sandbox.ok(['complete', '--', 'help', ...line]))
        .trim()
        .split('\n')
        .map((text) => text.split(' ')[0]);
    assert.deepEqual(await words('e'), ['none', 'event', 'environment', 'exit-status']);
    assert.deepEqual(await words('role', 's'), ['none', 'set', 'show']);
    assert.deepEqual(await words('add', ''), ['none']);
    assert.deepEqual(await words('add', '--'), ['none']);
  });
});

describe('the topics of help', () => {
  it('configuration: name each setting, and no other', () => {
    for (const [schema, words] of [
      [configSchema, daemonSettings],
      [signerSettingsSchema, signerSettings],
    ] as const) {
      const names = settingsOf(schema).map(({ name }) => name);
      assert.deepEqual(Object.keys(words).sort(), names.toSorted());
    }
    const listen = settingsOf(configSchema).find(({ name }) => name === 'content.listen');
    assert.equal(listen?.usual, '"127.0.0.1:8080"');
  });

  it('environment: name each variable that a program reads', () => {
    const rooms = ['core', 'hooks', 'daemon', 'client', 'cli'];
    const sources = rooms.flatMap(filesIn).filter((file) => file.endsWith('.ts'));
    const read = sources.flatMap((file) =>
      [...textOf(file).matchAll(/\benv\[?\W*'([A-Z][A-Z0-9_]+)'\]/g)].map(([, name = '']) => name),
    );
    assert.ok(read.length > 8, read.join());
    // Of git to its hooks, of a web server to CGI, and where programs are.
    const others = new Set(['GIT_COMMITTER_DATE', 'REQUEST_METHOD', 'PATH']);
    const missing = read.filter((name) => !others.has(name) && !Object.hasOwn(variables, name));
    assert.deepEqual(missing, []);
    const texts = sources.filter((file) => !file.startsWith('cli/help/')).map(textOf);
    const unread = Object.keys(variables).filter(
      (name) => !texts.some((text) => text.includes(`'${name}'`)),
    );
    assert.deepEqual(unread, []);
  });

  it('exit-status: name each status that a code has', () => {
    const union = textOf('core/error/codes.ts').matchAll(/^ {2}\| '([a-z.-]+)'/gm);
    const acting = [...union].map(([, code]) => code as Code);
    assert.ok(acting.length > 50, `only ${acting.length} codes`);
    const used = [...ruleCodes, ...acting].map((code) => String(exitStatus(code)));
    assert.deepEqual(
      Object.keys(statuses),
      [...new Set(['0', ...used])].sort().concat('70', '130'),
    );
  });

  it('files: name each place of a HOME', () => {
    const { home: top, ...places } = homePaths('/srv/tuf');
    const told = Object.keys(home).map((name) => name.replace(/\/$/, ''));
    for (const place of Object.values(places)) {
      const relative = path.relative(top, place);
      assert.ok(
        told.some((name) => relative === name || relative.startsWith(`${name}/`)),
        relative,
      );
    }
  });

  it('keys: give URIs that are taken', () => {
    for (const uri of Object.keys(uris)) assert.equal(formatKeyUri(parseKeyUri(uri)), uri);
  });
});
