import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { CliSandbox } from '../kit/cli.ts';
import { servedHome, type Maintainer, type ServedHome } from '../kit/served-home.ts';
import { until } from '../kit/until.ts';
import { workspaces, type MaintainerWorkspace, type Workspaces } from '../kit/workspaces.ts';

describe('a role that the server signs, from its key to a download', () => {
  let served: ServedHome;
  let alice: Maintainer;

  before(async () => {
    served = await servedHome({ prepare: keyForNightly });
    alice = await served.maintainer('alice');
  });
  after(() => served.close());

  it('is set up by an admin and the operator, used by token, and read by everybody', async () => {
    const { sandbox } = served;
    const paths = ['--paths', 'nightly/*'];
    await alice.ok('role', 'add', 'nightly', '--online', '--key', '../nightly.pub', ...paths);
    const keys = ['--key', 'file:../alice.json', '--key', 'file:../nightly.json'];
    const { stderr } = await alice.ok('sign', '--yes', ...keys);
    assert.match(stderr, /\+ nightly is signed by the server, .*: no person signs/);
    await alice.ok('push');
    const { stdout } = await alice.ok('role', 'show', 'nightly');
    assert.match(stdout, /^ {2}signed by the server$/m);
    const scopes = ['--scope', 'online:nightly'];
    const token = (await sandbox.ok(['token', 'add', 'home', 'ci', ...scopes])).trim();
    const content = Buffer.from('tonight’s build').toString('base64');
    const response = await fetch(`${served.console}/api/v1/targets`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        prefer: 'wait=30',
      },
      body: JSON.stringify({ role: 'nightly', targets: { 'nightly/app.bin': { content } } }),
    });
    assert.equal(response.status, 201, await response.text());
    await sandbox.ok(['trust', 'home/trust/root.json', '--url', served.content]);
    await until('clients can fetch it', async () => {
      const got = await sandbox.run(['get', 'nightly/app.bin', '--output', 'got.bin']);
      return got.status === 0;
    });
    assert.equal(await readFile(path.join(sandbox.dir, 'got.bin'), 'utf8'), 'tonight’s build');
    await sandbox.ok(['verify', 'home', '--history']);
    const bob = await served.maintainer('bob');
    const byHand = await bob.run('add', 'nightly/other.bin', '../got.bin');
    assert.equal(byHand.status, 2, byHand.stderr);
    assert.match(
      byHand.stderr,
      /\[workspace\.not-allowed\] .*online:nightly: POST \/api\/v1\/targets/,
    );
  });
});

describe('role add --online', () => {
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  before(async () => {
    kit = await workspaces();
    work = await kit.freshClone('admin');
  });
  after(() => kit.remove());

  it('refuses what the server could not sign, and drafts nothing', async () => {
    const add = ['role', 'add', 'nightly', '--online', '--paths', 'nightly/*'];
    const key = ['--key', kit.publicKey('stranger')];
    const refused = (...more: string[]) => work.refused(2, 'usage.argument', ...add, ...more);
    await refused(...key, '--no-terminating');
    await refused(...key, '--delegator', 'alice');
    await refused(...key, '--key', kit.publicKey('carol'));
    assert.match(await work.ok('status'), /nothing is drafted/);
  });
});

async function keyForNightly(sandbox: CliSandbox): Promise<void> {
  const { dir } = sandbox;
  await sandbox.ok(['key', 'generate', 'file:nightly.json', '--unsafe-plaintext']);
  const file = path.join(dir, 'home/signer/settings.json');
  const settings = JSON.parse(await readFile(file, 'utf8')) as JsonObject;
  const onlineRoles = { nightly: `file:${path.join(dir, 'nightly.json')}` };
  await writeFile(file, JSON.stringify({ ...settings, onlineRoles }));
}
