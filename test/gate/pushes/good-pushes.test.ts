/** Good pushes that careless gates refuse: each is odd, allowed by the specification, and in use. */
import assert from 'node:assert/strict';
import { alice, aliceOrBob, all, newRole, release, targets, without } from '../../kit/changes.ts';
import { signedOf } from '../../kit/home.ts';
import { pushScene, type Change, type PushScene } from '../../kit/push-scene.ts';
import {
  delegationTo,
  fileOf,
  inDays,
  keysOf,
  people,
  putRole,
  putRoot,
  roleSigned,
  rootSigned,
  targetsSigned,
  validTree,
} from '../../kit/source-tree.ts';

const { admin, bob, root1, root2 } = people;

interface GoodPush {
  readonly what: string;
  readonly change: Change;
  /** What `main` holds before, put there past the hook. */
  readonly given?: Change;
}

const tenRoles = Array.from({ length: 10 }, (_, at) => `project-${String(at)}`);

/** Version 2 of a role, which expired yesterday. */
const expired: Readonly<Record<string, Change>> = {
  bob: (tree) => {
    putRole(tree, 'bob', { ...roleSigned(2, {}), expires: inDays(-1) }, [bob]);
    tree.delete(`targets/${fileOf.bob}`);
  },
  targets: (tree) => {
    putRole(tree, 'targets', { ...targetsSigned(2), expires: inDays(-1) }, [admin]);
  },
  root: (tree) => {
    putRoot(tree, { ...rootSigned(2), expires: inDays(-1) }, [root1, root2]);
  },
};

const goodPushes: readonly GoodPush[] = [
  {
    what: 'a role with no targets at all',
    change: all(without(`targets/${fileOf.alice}`), alice({ targets: {} })),
  },
  {
    what: 'a repository with no targets at all',
    change: all(
      without('metadata/alice.json', 'metadata/bob.json'),
      without(`targets/${fileOf.alice}`, `targets/${fileOf.bob}`),
      (tree) => {
        const signed = { ...targetsSigned(2) };
        delete signed['delegations'];
        putRole(tree, 'targets', signed, [admin]);
      },
    ),
  },
  { what: 'empty delegations', change: alice({ delegations: { keys: {}, roles: [] } }) },
  {
    what: 'a key that no role uses',
    change: alice({ delegations: { keys: keysOf(bob), roles: [] } }),
  },
  { what: '`terminating: false`', change: targets({ alice: { terminating: false } }) },
  {
    what: 'a threshold below the number of keys, met by one of them',
    change: all(aliceOrBob, alice({}, [bob])),
  },
  {
    what: 'the same maintainer in ten roles',
    change: all(
      ...tenRoles.map((name) => newRole(name, [bob])),
      targets({ more: tenRoles.map((name) => delegationTo(name, bob, `${name}/*`)) }),
    ),
  },
  ...Object.entries(expired).map(([role, given]) => ({
    what: `an unrelated push while ${role} is expired`,
    given,
    change: release('alice-project/tool/1.0.1/tool.tgz'),
  })),
  {
    what: 'a role whose name begins like root’s files while root is expired',
    given: all(
      expired['root'] ?? (() => undefined),
      newRole('root_team', [bob]),
      targets({ more: [delegationTo('root_team', bob, 'team/*')] }),
    ),
    change: (tree) => {
      putRole(tree, 'root_team', roleSigned(2, {}), [bob]);
    },
  },
  {
    what: 'a target below the path where a target was',
    given: all(
      targets({ alice: { paths: ['alice-project/*', 'alice-project/*/*/*'] } }),
      release('alice-project/next'),
    ),
    change: all(
      without('targets/alice-project/next'),
      alice({ targets: {} }),
      without(`targets/${fileOf.alice}`),
      release('alice-project/next/1.0/app'),
      (tree) => {
        const signed = { ...signedOf(tree, 'alice'), version: 3 };
        putRole(tree, 'alice', signed, [people.alice]);
      },
    ),
  },
];

describe('good pushes that careless gates refuse', () => {
  let scene: PushScene;

  before(async () => {
    scene = await pushScene(validTree());
  });
  after(() => scene.close());

  for (const { what, change, given } of goodPushes) {
    it(what, async () => {
      await scene.restart(given);
      const { oid } = scene.commit(change);
      const run = await scene.push(oid);
      assert.equal(run.status, 0, run.stderr);
      assert.equal(await scene.gated.sandbox.ok(['rev-parse', 'main']), oid);
    });
  }
});
