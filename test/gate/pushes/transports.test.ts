/** The ways by which a push comes to the hook, and by which its lines come back to whoever pushed. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import { cloneWorkspace } from '../../../core/git/workspace/clone-workspace.ts';
import { alice } from '../../kit/changes.ts';
import { gitServer, tokenOfAlice, type GitServer } from '../../kit/git-server.ts';
import { pushScene, type Change, type PushScene } from '../../kit/push-scene.ts';
import { validTree } from '../../kit/source-tree.ts';

interface Outcome {
  readonly accepted: boolean;
  /** What the user reads. */
  readonly text: string;
}

describe('transports of a push', () => {
  let scene: PushScene;
  let server: GitServer;

  before(async () => {
    scene = await pushScene(validTree());
    server = await gitServer(scene.gated.sandbox.bare);
  });
  after(async () => {
    await server.close();
    await scene.close();
  });
  beforeEach(() => scene.restart());

  const byGit = async (change: Change, url: string): Promise<Outcome> => {
    const { oid } = scene.commit(change);
    const run = await scene.gated.push(url, `${oid}:refs/heads/main`);
    return { accepted: run.status === 0, text: run.stderr };
  };
  /** `core/git/workspace` speaks HTTP by isomorphic-git; a path it hands to the git on the machine. */
  const byWorkspace = async (change: Change, url: string): Promise<Outcome> => {
    const dir = path.join(scene.gated.sandbox.dir, `workspace-${String((clones += 1))}`);
    const workspace = await cloneWorkspace({ url, dir, token: tokenOfAlice });
    const tree = new Map(scene.base.tree);
    change(tree, []);
    await writeFile(path.join(dir, 'metadata/alice.json'), tree.get('metadata/alice.json') ?? '');
    await workspace.commit({ paths: ['metadata/alice.json'], message: 'change', author: person });
    const heard: string[] = [];
    const result = await workspace.push({ onMessage: (line) => heard.push(line) });
    assert.deepEqual(heard, result.lines);
    return { accepted: result.accepted, text: heard.join('\n') };
  };
  let clones = 0;
  const person = { name: 'Alice', email: 'alice@example.com' };

  const transports: readonly [string, (change: Change) => Promise<Outcome>][] = [
    ['git over a local path', (change) => byGit(change, scene.gated.sandbox.bare)],
    ['git over HTTP', (change) => byGit(change, server.urlOfAlice)],
    ['isomorphic-git over HTTP', (change) => byWorkspace(change, server.url)],
    ['a workspace over a local path', (change) => byWorkspace(change, scene.gated.sandbox.bare)],
  ];
  for (const [transport, push] of transports) {
    it(`shows the code of a refusal by ${transport}`, async () => {
      const { accepted, text } = await push(alice({ version: 3 }));
      assert.equal(accepted, false);
      assert.match(text, /refused \[role\.version-not-next\] metadata\/alice\.json/);
      assert.match(text, /make it 2/);
      assert.equal(await scene.gated.sandbox.ok(['rev-parse', 'main']), scene.base.oid);
    });

    it(`takes a good push by ${transport}`, async () => {
      const { accepted, text } = await push(alice());
      assert.equal(accepted, true, text);
      assert.equal(await scene.gated.sandbox.ok(['rev-parse', 'main~1']), scene.base.oid);
    });
  }
});
