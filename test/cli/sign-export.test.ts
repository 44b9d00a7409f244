import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eventWorkspaces, type EventWorkspaces } from '../kit/event-workspaces.ts';
import { livesFor, redraft, release } from '../kit/signing-events.ts';
import { people } from '../kit/source-tree.ts';
import { scriptedCli } from '../kit/scripted-cli.ts';
import { workspaceAt, type MaintainerWorkspace, type Workspaces } from '../kit/workspaces.ts';

const { alice, carol } = people;

describe('signing away from the network', () => {
  let events: EventWorkspaces;
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  /** A machine that has the root and keys, and no workspace. */
  let vault: MaintainerWorkspace;
  let count = 0;
  before(async () => {
    events = await eventWorkspaces();
    ({ kit } = events);
    work = await kit.freshClone();
    await mkdir(path.join(kit.dir, 'vault'));
    vault = workspaceAt(path.join(kit.dir, 'vault'));
  });
  after(() => kit.remove());

  const pin = () => ['--root', path.join(kit.dir, 'root.json')];
  const carolSigns = () => [...pin(), '--key', kit.keyUri('carol'), '--yes'];

  /** An event that alice has signed, exported into a folder that lies in the vault by now. */
  async function exported(): Promise<{ readonly name: string; readonly folder: string }> {
    const name = `event-${(count += 1)}`;
    const run = await events.pushes.push(name, (tree) => {
      release(tree, 'alice', `1.${count}`, alice);
    });
    assert.equal(run.status, 0, run.stderr);
    await work.ok('sign', name, '--export', name);
    const folder = path.join(vault.dir, name);
    await rename(path.join(work.dir, name), folder);
    return { name, folder };
  }

  it('shows the same words there, verifies, signs, and completes the event when it is back', async () => {
    const { name, folder } = await exported();
    const shown = await vault.run('sign', '--exported', name, ...carolSigns());
    assert.equal(shown.status, 0, shown.stderr);
    assert.match(shown.stderr, /^verified from root version 1, sha256 [0-9a-f]{64}$/m);
    assert.match(shown.stderr, /^alice: version 2 → 3 \(metadata\/alice\.json\)$/m);
    assert.match(shown.stderr, /^ {2}\+ target alice-project\//m);
    assert.match(shown.stderr, /^no target file came along/m);
    assert.match(shown.stderr, /^ {2}to be signed by @carol$/m);
    assert.match(shown.stderr, /^alice version 3: 2 of 2 signatures$/m);
    assert.match(shown.stdout, new RegExp(`^${carol.keyid}=[0-9a-f]{128}\n$`));
    const readme = await readFile(path.join(folder, 'README.txt'), 'utf8');
    for (const line of ['verified from root version 2', 'alice: version 2 → 3', '+ target alice']) {
      assert.ok(readme.includes(line), readme);
    }
    const said = await work.ok('sign', '--import', folder);
    assert.match(said, /^alice version 3: 2 of 2 signatures$/m);
    assert.match(await events.onEvent(name, 'metadata/alice.json'), new RegExp(carol.keyid));
    assert.equal(await work.ok('sign', name, '--import', folder), said);
  });

  it('writes the exact bytes, and by whom and how they are signed', async () => {
    const { name, folder } = await exported();
    const about = JSON.parse(await readFile(path.join(folder, 'export.json'), 'utf8')) as unknown;
    const bytes = await readFile(path.join(folder, 'payloads/alice-3'));
    assert.deepEqual(about, {
      format: 1,
      event: name,
      payloads: [
        {
          role: 'alice',
          version: 3,
          file: 'payloads/alice-3',
          length: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
          keys: [
            { keyid: alice.keyid, owner: '@alice', scheme: 'ed25519', hasSigned: true },
            { keyid: carol.keyid, owner: '@carol', scheme: 'ed25519', hasSigned: false },
          ],
        },
      ],
    });
  });

  it('asks there, and signs nothing after a no', async () => {
    const { name, folder } = await exported();
    const { ask, asked } = scriptedCli(vault.dir, ['n', 'y']);
    const options = ['--exported', name, ...pin(), '--key', kit.keyUri('carol')];
    assert.equal((await vault.ask(ask, 'sign', ...options)).status, 4);
    await work.refused(4, 'workspace.waiting', 'sign', '--import', folder);
    assert.equal((await vault.ask(ask, 'sign', ...options)).status, 0);
    assert.deepEqual(asked, ['Sign this?', 'Sign this?']);
  });

  it('goes for drafts as for events', async () => {
    const own = await kit.freshClone('alice');
    const file = await own.file('tool', 'a tool');
    await own.ok('add', 'alice-project/tool/9/tool', file, '--role', 'alice');
    await own.refused(4, 'workspace.waiting', 'sign', '--yes');
    await own.ok('sign', '--export', '../draft');
    await vault.ok('sign', '--exported', '../draft', ...carolSigns());
    const said = await own.ok('sign', '--import', '../draft');
    assert.match(said, /^alice version 3: 2 of 2 signatures$/m);
  });

  it('takes a signature of another tool into the folder, once it is checked', async () => {
    const { name } = await exported();
    const other = path.join(kit.dir, 'copy');
    await cp(path.join(vault.dir, name), other, { recursive: true });
    const made = await vault.ok('sign', '--exported', other, ...carolSigns());
    const attach = (text: string) => ['sign', '--exported', name, ...pin(), '--attach', text];
    await vault.refused(1, 'signature.invalid', ...attach(`${carol.keyid}=${'00'.repeat(64)}`));
    assert.equal(await vault.ok(...attach(made.trim())), made);
    await rm(other, { recursive: true });
  });

  describe('is refused', () => {
    it('without a root to verify from, or from another one', async () => {
      const { name } = await exported();
      const key = ['--key', kit.keyUri('carol'), '--yes'];
      await vault.refused(2, 'usage.argument', 'sign', '--exported', name, ...key);
      const sha256 = ['--root-sha256', '00'.repeat(32)];
      await vault.refused(1, 'root.not-pinned', 'sign', '--exported', name, ...sha256, ...key);
    });

    it('by a key that may not sign, and by none', async () => {
      const { name } = await exported();
      const bobs = [...pin(), '--key', kit.keyUri('bob'), '--yes'];
      await vault.refused(2, 'workspace.not-allowed', 'sign', '--exported', name, ...bobs);
      await vault.refused(2, 'workspace.no-key', 'sign', '--exported', name, ...pin());
    });

    it('when a changed base came along, or a change that breaks a rule', async () => {
      const { name, folder } = await exported();
      const [before, after] = ['before', 'after'].map((side) =>
        path.join(folder, side, 'metadata/alice.json'),
      ) as [string, string];
      const good = await readFile(before);
      await writeFile(
        before,
        edited(good, (text) => text.replace('"version": 2', '"version": 1')),
      );
      await vault.refused(1, 'role.threshold', 'sign', '--exported', name, ...carolSigns());
      await writeFile(before, good);
      await writeFile(
        after,
        edited(await readFile(after), (text) => text.replace('"version": 3', '"version": 7')),
      );
      const run = await vault.run('sign', '--exported', name, ...carolSigns());
      assert.match(run.stderr, /\[signature\.invalid\]|\[role\.version-not-next\]/);
      assert.equal(run.status, 1);
    });

    it('when the base was left out, so that it looks like the beginning', async () => {
      const { name, folder } = await exported();
      await rm(path.join(folder, 'before'), { recursive: true });
      await vault.refused(1, 'root.not-pinned', 'sign', '--exported', name, ...carolSigns());
      const unpinned = ['--key', kit.keyUri('carol'), '--yes'];
      const run = await vault.run('sign', '--exported', name, ...unpinned);
      assert.equal(run.status, 1, run.stderr);
    });

    it('when the event says something else by the time that it is back', async () => {
      const { name, folder } = await exported();
      await vault.ok('sign', '--exported', name, ...carolSigns());
      await events.pushes.push(name, (tree) => {
        redraft(tree, 'alice', [alice], livesFor(99));
      });
      await work.refused(1, 'signature.invalid', 'sign', '--import', folder);
    });

    it('where the folder holds something else, or options do not go together', async () => {
      const { name } = await exported();
      await writeFile(path.join(work.dir, '..', 'taken'), '');
      await work.refused(2, 'usage.argument', 'sign', name, '--export', '../taken');
      await vault.refused(2, 'usage.argument', 'sign', '--exported', '.', ...carolSigns());
      await work.refused(2, 'usage.argument', 'sign', '--export', 'a', '--import', 'b');
      await work.refused(2, 'usage.argument', 'sign', name, '--root', 'root.json');
      await vault.refused(2, 'usage.argument', 'sign', name, '--exported', name, ...carolSigns());
    });
  });
});

function edited(bytes: Buffer, edit: (text: string) => string): string {
  const text = bytes.toString();
  const after = edit(text);
  assert.notEqual(after, text);
  return after;
}
