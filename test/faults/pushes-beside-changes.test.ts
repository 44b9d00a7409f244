import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { accepted, apiSuite } from '../kit/api.ts';
import { newFile } from '../kit/changes.ts';
import { addRelease } from '../kit/home.ts';
import { pushedHome } from '../kit/pushed-home.ts';
import { addServerSignedRole } from '../kit/server-signed-role.ts';
import type { Tree } from '../kit/source-tree.ts';
import { refusedAsStale } from './kit/refused-as-stale.ts';

const many = 24;
const releases = 4;

describe('pushes by git while changes come by the API', () => {
  const open = apiSuite();

  it('all land: a push that comes too late is made again, a change by the daemon itself', async () => {
    const scene = await open({ prepare: addServerSignedRole });
    const { home } = scene;
    const { clone } = await pushedHome(home);
    const ci = await scene.token('ci', ['online:nightly']);
    const files = Array.from({ length: many }, (_, at) => `nightly/${at}.bin`);
    const changes = files.map((file) =>
      scene.ask('/targets', {
        method: 'POST',
        token: ci,
        body: { role: 'nightly', targets: { [file]: { content: 'AAAA' } } },
      }),
    );
    for (let at = 0; at < releases; at += 1) await pushUntilAccepted(`2.${at}`);
    for (const reply of await Promise.all(changes)) accepted(reply);
    const tip = await home.tip();
    for (const file of files) assert.ok(await home.git.find(tip, `targets/${file}`), file);
    for (let at = 0; at < releases; at += 1) {
      assert.ok(await home.git.find(tip, `targets/${fileOf(`2.${at}`)}`));
    }

    async function pushUntilAccepted(version: string): Promise<void> {
      const before: Tree = new Map(home.tree);
      addRelease(home.tree, fileOf(version), `tool ${version}`);
      for (let tries = 0; tries < 100; tries += 1) {
        await clone.ok('fetch', '--quiet', 'origin');
        await clone.ok('reset', '--quiet', '--hard', 'origin/main');
        for (const [file, bytes] of home.tree) {
          if (before.get(file) === bytes) continue;
          await mkdir(path.dirname(path.join(clone.dir, file)), { recursive: true });
          await writeFile(path.join(clone.dir, file), bytes);
        }
        await clone.commit(`alice: ${version}`);
        const { status, stderr } = await clone.git('push', 'origin', 'HEAD:refs/heads/main');
        if (status === 0) return;
        assert.match(stderr, refusedAsStale);
      }
      assert.fail(`${version} never landed`);
    }
  });
});

function fileOf(version: string): string {
  return newFile.replaceAll('1.0.1', version);
}
