/** Whoever is asked may go away, and there may be nobody to ask, or no server: all stays as it was. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Questions } from '../../cli/terminal/questions.ts';
import { createFileKey } from '../../core/signers/file-key.ts';
import { gitServer, tokenOfAlice } from '../kit/git-server.ts';
import { cloneAt } from '../kit/git.ts';
import {
  workspaceAt,
  workspaces,
  type MaintainerWorkspace,
  type Workspaces,
} from '../kit/workspaces.ts';

const passphrase = 'correct horse';
const target = 'tools/app/1.0/app.bin';

describe('a command that is broken off', () => {
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  let keyFile: string;
  before(async () => {
    kit = await workspaces();
    keyFile = path.join(kit.dir, 'keys/dora.json');
    await addTools();
    work = await cloneFor(kit.gated.sandbox.bare, 'dora');
    await startEvent();
    await work.run('status', '--fetch');
    await work.ok('add', target, await work.file('app', 'an app'), '--role', 'tools');
  });
  after(() => kit.remove());

  /** A role of dora, whose key wants a passphrase, and of carol. */
  async function addTools(): Promise<void> {
    const cost = { n: 2 ** 14, r: 8, p: 1 };
    const secret = () => Promise.resolve(passphrase);
    const { json } = await createFileKey(keyFile, 'ed25519', secret, { owner: '@dora', cost });
    await writeFile(kit.publicKey('alice').replace('alice', 'dora'), JSON.stringify(json));
    const admin = await kit.clone('admin', 'admin', 'carol');
    const keys = ['dora', 'carol'].flatMap((name) => ['--key', `${kit.dir}/keys/${name}.pub`]);
    await admin.ok('role', 'add', 'tools', ...keys, '--paths', 'tools/*/*/*');
    await admin.ok('sign', '--yes');
    await admin.ok('push');
  }

  async function startEvent(): Promise<void> {
    const carol = await kit.clone('carol', 'carol');
    await carol.ok(
      'add',
      'tools/app/0.9/app.bin',
      await carol.file('old', 'old'),
      '--role',
      'tools',
    );
    await carol.ok('sign', '--yes');
    await carol.ok('push', 'release');
  }

  async function cloneFor(url: string, name: string, ...more: string[]) {
    const pin = ['--root', path.join(kit.dir, 'root.json'), '--key', `file:${keyFile}`];
    const made = await kit.run(kit.dir, 'clone', url, name, ...pin, ...more);
    assert.equal(made.status, 0, made.stderr);
    return workspaceAt(path.join(kit.dir, name));
  }

  /** Commands that ask, each with what it asks in order. */
  const commands: readonly (readonly string[])[] = [
    ['sign'],
    ['sign', 'release'],
    ['upload', '../app', '--to', 'tools/app/2.0', '--role', 'tools'],
    ['role', 'set', 'tools', '--renew', '--event', 'renewal'],
    ['event', 'withdraw', 'release'],
  ];

  for (const command of commands) {
    it(`by Ctrl-C at any question of ${command.join(' ')} leaves everything as it was`, async () => {
      const before = await everything(kit, work);
      for (const answers of [0, 1]) {
        const run = await work.ask(leavingAfter(answers), ...command);
        assert.equal(run.status, 130, run.stderr);
        assert.match(run.stderr, /^tuf-on-git: cancelled$/m);
        assert.deepEqual(await everything(kit, work), before);
      }
    });

    it(`for want of a terminal by ${command.join(' ')} leaves everything as it was`, async () => {
      const before = await everything(kit, work);
      const asked = await work.refused(2, 'usage.no-terminal', ...command);
      assert.match(asked.stderr, /give it by --yes$/m);
      const secret = await work.refused(2, 'usage.no-terminal', ...command, '--yes');
      assert.match(secret.stderr, /passphrase of dora\.json: .*pin-source=fd:NUMBER/);
      assert.deepEqual(await everything(kit, work), before);
    });
  }

  it('by a server that does not answer leaves everything as it was', async () => {
    const server = await gitServer(kit.gated.sandbox.bare);
    const token = path.join(kit.dir, 'token');
    await writeFile(token, tokenOfAlice, { mode: 0o600 });
    const far = await cloneFor(server.url, 'far', '--token-file', token);
    const file = await far.file('app', 'an app');
    await far.ok('add', target, file, '--role', 'tools');
    const key = ['--key', `file:${keyFile}?pin-source=file:${kit.dir}/secret`];
    await writeFile(path.join(kit.dir, 'secret'), passphrase, { mode: 0o600 });
    await far.ok('sign', '--yes', ...key);
    await server.close();
    const before = await everything(kit, far);
    for (const command of [
      ['status', '--fetch'],
      ['sign', 'release', '--yes', ...key],
      ['push'],
      ['push', 'mine'],
      ['upload', file, '--to', 'tools/app/2.0', '--yes', ...key],
      ['role', 'set', 'tools', '--renew', '--event', 'renewal', '--yes'],
      ['event', 'withdraw', 'release', '--yes', ...key],
      ['clone', server.url, 'another', '--trust-on-first-use'],
    ]) {
      await far.refused(3, 'repository.unreachable', ...command);
      assert.deepEqual(await everything(kit, far), before, command.join(' '));
    }
  });

  const whereScript = spawnSync('script', ['--version']).status === 0 ? it : it.skip;

  whereScript('by Ctrl-C on a real terminal ends with status 130', async () => {
    const before = await everything(kit, work);
    const program = path.resolve(import.meta.dirname, '../../dist/bin/tuf-on-git.cjs');
    const command = `'${process.execPath}' '${program}' sign`;
    const terminal = spawn('script', ['-qec', command, '/dev/null'], { cwd: work.dir });
    let shown = '';
    terminal.stdout.on('data', (chunk: Buffer) => {
      const wasAsked = shown.includes('Sign this?');
      shown += chunk.toString();
      if (!wasAsked && shown.includes('Sign this?')) terminal.stdin.write('\u0003');
    });
    const [status] = (await once(terminal, 'close')) as [number];
    assert.equal(status, 130, shown);
    assert.deepEqual(await everything(kit, work), before);
  });
});

/** Somebody who answers so many questions with all that is wanted, and then presses Ctrl-C. */
function leavingAfter(answers: number): Questions {
  let left = answers;
  const leave = () =>
    Promise.reject(Object.assign(new Error('force closed'), { name: 'ExitPromptError' }));
  const answered = <T>(value: T): Promise<T> =>
    (left -= 1) < 0 ? leave() : Promise.resolve(value);
  return {
    possible: true,
    text: leave,
    choose: leave,
    confirm: () => answered(true),
    secret: () => answered(passphrase),
    newSecret: () => answered(passphrase),
  };
}

/** What a workspace and its server hold. */
async function everything(kit: Workspaces, work: MaintainerWorkspace): Promise<readonly string[]> {
  const git = cloneAt(work.dir);
  return Promise.all([
    git.ok('rev-parse', 'HEAD'),
    git.ok('status', '--porcelain'),
    git.ok('diff', 'HEAD'),
    kit.gated.sandbox.ok(['for-each-ref']),
  ]);
}
