/** An admin takes paths from a maintainer whose key is stolen: in one push, and without that key. */
import assert from 'node:assert/strict';
import {
  alice,
  aliceDelegates,
  all,
  file,
  policy,
  release,
  releaseByBob,
  targets,
  without,
} from '../../kit/changes.ts';
import type { Change } from '../../kit/push-scene.ts';
import {
  delegationTo,
  entryOf,
  fileOf,
  people,
  putRole,
  roleSigned,
} from '../../kit/source-tree.ts';
import { emergencyScene } from './emergency-scene.ts';

const { bob, carol } = people;

const kept = 'alice-project/kept/1/x';
const keptPattern = 'alice-project/kept/*/*';
const taken = targets({ alice: { paths: [keptPattern] } });
/** Alice's delegation is narrower, and its key another. */
const takenOver = targets({
  alice: { paths: [keptPattern], keyids: [carol.keyid] },
  keys: [carol],
});
const withoutTough = policy({ clients: ['python-tuf', 'go-tuf', 'tuf-js'] });

/** What is left of alice's role, signed by whoever has it now. */
const onlyKept: Change = all(without(`targets/${fileOf.alice}`), (tree, odd) => {
  alice({ targets: { [kept]: entryOf(tree, kept) } }, [carol])(tree, odd);
});

/** Alice lists so many entries that will be taken, beside one that will not. */
const manyEntries =
  (count: number): Change =>
  (tree, odd) => {
    const paths = Array.from({ length: count }, (_, at) => `alice-project/lib/${at}/x`);
    for (const path of [...paths, kept]) file(`targets/${path}`, path)(tree, odd);
    const entries = [fileOf.alice, ...paths, kept].map(
      (path) => [path, entryOf(tree, path)] as const,
    );
    alice({ targets: Object.fromEntries(entries) })(tree, odd);
  };

describe('paths taken from a maintainer whose key is stolen', () => {
  const scene = emergencyScene();

  describe('while tough is not listed', () => {
    it('go in one push, which lists what is out of reach and nothing else', async () => {
      await scene.restart(withoutTough, release(kept));
      const { notices, stderr } = await scene.accepts(taken);
      assert.deepEqual(notices, ['path.now-shadowed']);
      assert.ok(stderr.includes(`metadata/alice.json, target ${fileOf.alice}:`), stderr);
    });

    it('go however many entries they have: 20 are listed, and the rest counted', async () => {
      await scene.restart(withoutTough, manyEntries(24));
      const { notices, stderr } = await scene.accepts(taken);
      assert.deepEqual(notices, Array(20).fill('path.now-shadowed'));
      assert.match(stderr, /and 5 more notices/);
    });

    it('go from the roles below too, and their entries are listed', async () => {
      const entry = 'alice-project/sub/1/x';
      const sub: Change = all(file(`targets/${entry}`, 'x'), (tree) => {
        putRole(tree, 'sub', roleSigned(1, { [entry]: entryOf(tree, entry) }), [bob]);
      });
      const toSub = aliceDelegates(bob, delegationTo('sub', bob, 'alice-project/sub/*/*'));
      await scene.restart(withoutTough, sub, toSub);
      const { notices, stderr } = await scene.accepts(taken);
      assert.deepEqual(notices, ['path.now-shadowed', 'path.now-shadowed']);
      assert.ok(stderr.includes(`metadata/sub.json, target ${entry}:`), stderr);
    });

    it('go to another, who lists the same path with other content in that push', async () => {
      await scene.restart(withoutTough);
      const toBob = targets({
        alice: { paths: [keptPattern] },
        bob: { paths: ['bob-project/*/*/*', fileOf.alice] },
      });
      const { notices } = await scene.accepts(all(toBob, releaseByBob(fileOf.alice)));
      assert.deepEqual(notices, ['path.now-shadowed']);
    });

    it('do not come back by the stolen key', async () => {
      await scene.restart(withoutTough, taken);
      await scene.refuses(release('alice-project/tool/6.6.6/tool.tgz'), 'path.outside-delegation');
    });
  });

  describe('and given back', () => {
    const lost = without(`targets/${fileOf.alice}`);
    const replaced = file(`targets/${fileOf.alice}`, 'something else');

    it('need the files of the entries that clients find again', async () => {
      await scene.restart(withoutTough, taken, lost);
      await scene.refuses(targets(), 'target.missing');
      await scene.accepts(all(targets(), file(`targets/${fileOf.alice}`, 'alice’s tool')));
    });

    it('need them as they are signed for', async () => {
      await scene.restart(withoutTough, taken, replaced);
      await scene.refuses(targets(), 'target.hash');
      await scene.accepts(all(targets(), file(`targets/${fileOf.alice}`, 'alice’s tool')));
    });
  });

  describe('while tough is listed', () => {
    beforeEach(() => scene.restart(release(kept)));

    it('do not go alone, for tough would lose the whole role; the hint names the way out', async () => {
      const { stderr } = await scene.refuses(taken, 'path.outside-delegation');
      assert.match(stderr, /replace its key/);
      assert.match(stderr, /remove the role/);
    });

    it('go in one push with the key replaced and the rest signed by the new one', async () => {
      const { notices } = await scene.accepts(all(takenOver, onlyKept));
      assert.deepEqual(notices, []);
    });

    it('do not go with a role that keeps an entry outside, whoever signs it', async () => {
      await scene.refuses(all(takenOver, alice({}, [carol])), 'path.outside-delegation');
    });

    it('do not go with a role signed anew at the version that clients have', async () => {
      const sameVersion: Change = all(onlyKept, (tree) => {
        const signed = roleSigned(2, { [kept]: entryOf(tree, kept) });
        putRole(tree, 'alice', signed, [carol]);
      });
      await scene.refuses(all(takenOver, sameVersion), 'role.changed-version');
    });

    it('go in one push with the whole role', async () => {
      const files = [fileOf.alice, kept].map((path) => `targets/${path}`);
      await scene.accepts(
        all(targets({ alice: 'nothing' }), without('metadata/alice.json', ...files)),
      );
    });

    it('do not come back by the stolen key once the key is replaced', async () => {
      await scene.restart(release(kept), takenOver, onlyKept);
      await scene.refuses(
        release('alice-project/kept/6.6.6/x'),
        'role.threshold',
        'signature.unauthorised',
      );
    });
  });
});
