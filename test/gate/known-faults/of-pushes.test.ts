/** Faults of other repositories' tools: what they let in, pushed here. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RuleCode } from '../../../core/error/codes.ts';
import { formatDocument } from '../../../core/metadata/document.ts';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { computeKeyId } from '../../../core/metadata/keys.ts';
import {
  alice,
  aliceSignatures,
  all,
  file,
  listed,
  newFile,
  newRole,
  release,
  root,
  targets,
  without,
} from '../../kit/changes.ts';
import { pushScene, type Change, type PushScene } from '../../kit/push-scene.ts';
import {
  delegationTo,
  keysOf,
  people,
  inDays,
  putRole,
  putRoot,
  rootSigned,
  targetsSigned,
  validTree,
} from '../../kit/source-tree.ts';
import { workspaces } from '../../kit/workspaces.ts';

const { bob, root1, root2, stranger } = people;

interface KnownFault {
  readonly name: string;
  /** What it was. */
  readonly was: string;
  readonly codes: readonly RuleCode[];
  readonly push: Change;
}

const twinJson = { ...people.alice.json, 'x-tuf-on-ci-keyowner': '@twin' };
const twin = { ...people.alice, json: twinJson, keyid: computeKeyId(twinJson) };
const bothOf = (other: string) => ({ keyids: [people.alice.keyid, other], threshold: 2 });

const knownFaults: readonly KnownFault[] = [
  {
    name: 'CVE-2020-6174, CVE-2020-15093, CVE-2026-6966',
    was: 'a signature counted as often as it stood in the file',
    codes: ['signature.duplicate'],
    push: all(
      targets({ alice: bothOf(bob.keyid) }),
      aliceSignatures((byAlice) => [byAlice, byAlice]),
    ),
  },
  {
    name: 'go-tuf #733, and tuf-on-ci: one key under two ids',
    was: 'keyids were counted, not keys',
    codes: ['key.same-key', 'role.threshold'],
    push: all(
      targets({ alice: bothOf(twin.keyid), keys: [twin] }),
      alice({}, [people.alice, twin]),
    ),
  },
  ...[0, -1].map((threshold) => ({
    name: `CVE-2026-23992 (${String(threshold)})`,
    was: 'a threshold of 0 or less was taken, and no signature was needed any more',
    codes: ['json.shape'] as const,
    push: targets({ alice: { threshold } }),
  })),
  {
    name: 'CVE-2020-6173',
    was: 'thousands of signatures were verified one by one',
    codes: ['signature.too-many'],
    push: aliceSignatures((byAlice) => [
      byAlice,
      ...Array.from({ length: 10_000 }, (_, at) => ({ ...byAlice, keyid: String(at) })),
    ]),
  },
  {
    name: 'CVE-2025-2885',
    was: 'root N+2 was taken where N+1 was due',
    codes: ['root.version-not-next'],
    push: root({ version: 3 }),
  },
  {
    name: 'CVE-2021-41131',
    was: 'a role name that climbs became a file somewhere else',
    codes: ['name.form'],
    push: targets({ more: [delegationTo('../../evil', bob, 'evil/*')] }),
  },
  {
    name: 'CVE-2021-41150',
    was: 'a role name with a slash became a file in another folder',
    codes: ['name.form'],
    push: all(
      newRole('folder/evil', [bob]),
      targets({ more: [delegationTo('folder/evil', bob, 'evil/*')] }),
    ),
  },
  {
    name: 'CVE-2021-41149',
    was: 'a target path with .. became a file somewhere else',
    codes: ['path.form'],
    push: listed('alice-project/../../evil'),
  },
  {
    name: 'CVE-2026-6968',
    was: 'an absolute target path was written to as it stood',
    codes: ['path.form', 'path.outside-delegation'],
    push: listed('/etc/cron.d/evil'),
  },
  {
    name: 'CVE-2026-6967',
    was: 'delegated roles were taken though they had expired',
    codes: ['role.expired'],
    push: alice({ expires: inDays(-1) }),
  },
  {
    name: 'CVE-2026-23991',
    was: 'JSON of the wrong shape crashed the reader',
    codes: ['json.shape'],
    push: alice({ targets: [] }),
  },
  {
    name: 'CVE-2026-26996',
    was: 'minimatch took exponential time for many * in a row',
    codes: ['path.pattern'],
    push: targets({ alice: { paths: ['alice-project/*/*/*', `${'*'.repeat(40)}X`] } }),
  },
  {
    name: 'CVE-2026-26996, spread out',
    was: 'minimatch takes exponential time for * between letters, too',
    codes: ['path.pattern'],
    push: targets({ alice: { paths: ['alice-project/*/*/*', `${'a*'.repeat(20)}X`] } }),
  },
  {
    name: 'tuf-on-ci: expired targets',
    was: 'an expiry in the past was signed and published',
    codes: ['role.expired'],
    push: (tree) => {
      putRole(tree, 'targets', { ...targetsSigned(2), expires: inDays(-1) }, [people.admin]);
    },
  },
  {
    name: 'tuf-on-ci: a jump to version 2^31',
    was: 'a version that clients cannot count was published, and nothing could follow it',
    codes: ['role.version', 'role.version-not-next'],
    push: alice({ version: 2 ** 31 }),
  },
  {
    name: 'tuf-on-ci: a threshold raised without re-signing',
    was: 'the delegator was published while the role lacked the signatures that it asked for',
    codes: ['role.threshold'],
    push: targets({ alice: bothOf(bob.keyid) }),
  },
  {
    name: 'tuf-on-ci: targets outside the role’s paths',
    was: 'a role listed what no client would look for there',
    codes: ['path.outside-delegation'],
    push: release('bob-project/app/9.9/app.bin'),
  },
  {
    name: 'tuf-on-ci: targets without a file',
    was: 'metadata was published whose file nobody had',
    codes: ['target.missing'],
    push: listed(newFile),
  },
  {
    name: 'tuf-on-ci: key bytes swapped under an unchanged id',
    was: 'the keyid was compared, the key was not',
    codes: ['key.id', 'role.threshold'],
    push: (tree) => {
      const delegations = {
        keys: { ...keysOf(people.alice, bob), [people.alice.keyid]: stranger.json },
        roles: [
          delegationTo('alice', people.alice, 'alice-project/*/*/*'),
          delegationTo('bob', bob, 'bob-project/*/*/*'),
        ],
      };
      putRole(tree, 'targets', { ...targetsSigned(2), delegations }, [people.admin]);
    },
  },
  {
    name: 'tuf-on-ci: root_history overwritten',
    was: 'new clients got another first root than old ones',
    codes: ['root.history', 'root.not-pinned'],
    push: all(root(), (tree) => {
      putRoot(tree, { ...rootSigned(1), 'x-note': 'another' }, [root1, root2]);
    }),
  },
  {
    name: 'tuf-on-ci: a role file deleted while delegated',
    was: 'clients that load every role failed on the whole repository',
    codes: ['role.missing'],
    push: without('metadata/bob.json'),
  },
  {
    name: 'tuf-on-ci: an expiry a century away',
    was: 'a stolen file would be good for ever',
    codes: ['role.lives-too-long'],
    push: alice({ expires: '2130-01-01T00:00:00Z' }),
  },
  {
    name: 'tuf-on-ci: ghost files',
    was: 'files that nobody had signed for were published',
    codes: ['git.ghost-file'],
    push: file(`targets/${newFile}`, 'boo'),
  },
];

describe('known faults that came by a push', () => {
  let scene: PushScene;

  before(async () => {
    scene = await pushScene(validTree());
  });
  after(() => scene.close());

  for (const { name, was, codes, push } of knownFaults) {
    it(`${name} (${was})`, async () => {
      const run = await scene.push(scene.commit(push).oid);
      assert.deepEqual([...new Set(scene.gated.refusals(run))].sort(), codes, run.stderr);
      assert.equal(await scene.gated.sandbox.ok(['rev-parse', 'main']), scene.base.oid);
    });
  }

  // Whoever signed was shown names of delegations, and not that their paths had changed.
  it('tuf-on-ci: paths widened without being shown: whoever signs is shown them', async () => {
    const kit = await workspaces();
    try {
      const admin = await kit.clone('admin', 'admin');
      const tree = validTree();
      targets({ alice: { paths: ['alice-project/*/*/*', 'bob-project/*/*/*'] } })(tree, []);
      const drafted = JSON.parse(
        Buffer.from(tree.get('metadata/targets.json') ?? '').toString(),
      ) as { signed: JsonObject };
      await writeFile(
        path.join(admin.dir, 'metadata/targets.json'),
        formatDocument(drafted.signed, []),
      );
      const { status, stderr } = await admin.run('sign', '--yes');
      assert.equal(status, 0, stderr);
      assert.match(stderr, /~ delegation to alice/);
      assert.match(stderr, /was for alice-project\/\*\/\*\/\*,? /);
      assert.match(stderr, / for alice-project\/\*\/\*\/\*, bob-project\/\*\/\*\/\*/);
    } finally {
      await kit.remove();
    }
  });
});
