import assert from 'node:assert/strict';
import path from 'node:path';
import { recordRef } from '../../core/gate/published.ts';
import { readPinnedRoot } from '../../core/home/home.ts';
import { replayRecord } from '../../daemon/record/replay.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { daemonSuite, fetchSigned } from '../kit/daemon.ts';
import { cloneAt, runGit } from '../kit/git.ts';
import { installHomeHooks } from '../kit/home-hooks.ts';
import { nextVersion, type TestHome } from '../kit/home.ts';
import {
  delegationTo,
  entryOf,
  keysOf,
  makeKey,
  putRole,
  putTarget,
  roleSigned,
  type TestKey,
  type Tree,
} from '../kit/source-tree.ts';
import { until } from '../kit/until.ts';
import { refusedAsStale } from './kit/refused-as-stale.ts';

/** As many as there is time for in a run of everything. */
const pushes = Number(process.env['PUSHES'] ?? 40);
const maintainers = Array.from({ length: 8 }, (_, n) => ({
  role: `m${n}`,
  key: makeKey(`@m${n}`),
}));
const each = pushes / maintainers.length;

describe(`${pushes} pushes by 8 maintainers to their roles, as fast as they can`, function () {
  this.timeout(900_000);
  const suite = daemonSuite();

  it('all end up visible, none twice; what came too late is refused and made again', async () => {
    const home = await suite.home();
    await home.commit(addMaintainers);
    await installHomeHooks(home.paths);
    const daemon = await suite.serve(home);
    const before = (await commits(home)).length;
    // By path: git copies files of the repository, so nobody may push meanwhile.
    for (const { role } of maintainers) {
      const clone = ['clone', '--quiet', home.paths.repository, role];
      assert.equal((await runGit(clone, { cwd: home.dir })).status, 0);
    }
    const refused = await Promise.all(maintainers.map((one) => pushAll(home, one)));
    const tip = await home.tip();
    await until('the last one is out', () => daemon.readiness().generation?.commit === tip);
    assert.equal((await commits(home)).length, before + pushes);
    for (const { role } of maintainers) {
      const { targets } = await fetchSigned(daemon, `${each + 1}.${role}.json`);
      assert.equal(Object.keys(targets as object).length, each);
    }
    const record = (await home.git.resolveRef(recordRef)) ?? assert.fail('no record');
    const pinnedRoot = await readPinnedRoot(home.paths.pinnedRoot);
    const main = await commits(home);
    // It holds only if each commit came in with one generation, and with no other.
    const generations = await replayRecord(home.git, record, { pinnedRoot, main });
    const stale = refused.reduce((sum, count) => sum + count, 0);
    console.log(`      ${pushes} accepted, ${stale} came too late, ${generations} generations`);
  });
});

function addMaintainers(tree: Tree): void {
  nextVersion(tree, 'targets', (signed) => {
    const { keys, roles } = signed['delegations'] as { keys: JsonObject; roles: JsonObject[] };
    const more = maintainers.map(({ role, key }) => delegationTo(role, key, `${role}/*`));
    const all = keysOf(...maintainers.map(({ key }) => key));
    return { ...signed, delegations: { keys: { ...keys, ...all }, roles: [...roles, ...more] } };
  });
  for (const { role, key } of maintainers) putRole(tree, role, roleSigned(1, {}), [key]);
}

/** @returns how many of their pushes were refused because somebody else's had come first */
async function pushAll(
  home: TestHome,
  { role, key }: { readonly role: string; readonly key: TestKey },
): Promise<number> {
  const clone = cloneAt(path.join(home.dir, role));
  const tree: Tree = new Map();
  const targets: Record<string, ReturnType<typeof entryOf>> = {};
  let refused = 0;
  for (let count = 1; count <= each; count += 1) {
    const file = `${role}/${count}`;
    putTarget(tree, file, `${role} ${count}`);
    targets[file] = entryOf(tree, file);
    putRole(tree, role, roleSigned(count + 1, { ...targets }), [key]);
    while (!(await isAccepted())) refused += 1;
  }
  return refused;

  async function isAccepted(): Promise<boolean> {
    await clone.ok('fetch', '--quiet', 'origin');
    await clone.ok('reset', '--quiet', '--hard', 'origin/main');
    for (const [name, bytes] of tree) await clone.write(name, bytes);
    await clone.commit(`${role}: next`);
    const { status, stderr } = await clone.git('push', 'origin', 'HEAD:refs/heads/main');
    if (status !== 0) assert.match(stderr, refusedAsStale);
    return status === 0;
  }
}

async function commits(home: TestHome) {
  const all = await home.git.commitsBetween(undefined, await home.tip(), { limit: Infinity });
  return all.map(({ oid }) => oid);
}
