import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cloneAt } from '../kit/git.ts';
import { workspaces, type MaintainerWorkspace, type Workspaces } from '../kit/workspaces.ts';

const target = 'alice-project/tool/1.1.0/notes.txt';

describe('line ends that were converted', () => {
  let kit: Workspaces;
  let alice: MaintainerWorkspace;
  beforeEach(async () => {
    kit = await workspaces();
    alice = await kit.clone('alice', 'alice');
  });
  afterEach(() => kit.remove());

  async function convert(file: string): Promise<void> {
    const absolute = path.join(alice.dir, file);
    const text = await readFile(absolute, 'utf8');
    await writeFile(absolute, text.replaceAll('\n', '\r\n'));
  }

  for (const file of ['metadata/bob.json', 'metadata/root.json', 'metadata/targets.json']) {
    it(`of ${file} are no draft`, async () => {
      await convert(file);
      for (const command of [['status'], ['sign', '--yes'], ['push']]) {
        const { stderr } = await alice.refused(2, 'workspace.dirty', ...command);
        assert.match(stderr, new RegExp(`${file}: its line ends were converted.*git checkout -- `));
      }
      await cloneAt(alice.dir).ok('checkout', '--', file);
      assert.match(await alice.ok('status'), /^nothing is drafted$/m);
    });
  }

  it('of a target are told from another content', async () => {
    await alice.ok('add', target, await alice.file('notes', 'one\ntwo\n'));
    await convert(`targets/${target}`);
    await alice.refused(2, 'workspace.dirty', 'sign', '--yes');
    await writeFile(path.join(alice.dir, 'targets', target), 'one\nthree\n');
    await alice.refused(1, 'target.length', 'sign', '--yes');
    await alice.ok('add', target, await alice.file('notes', 'one\r\ntwo\r\n'));
    await alice.ok('sign', '--yes');
    await alice.ok('push');
    assert.equal(await kit.onMain(`targets/${target}`), 'one\r\ntwo');
  });
});
