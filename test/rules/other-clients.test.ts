/** What once passed the gate and would have cut off some client or other. */
import assert from 'node:assert/strict';
import { constants, createPublicKey, ECDH, sign } from 'node:crypto';
import { canonicalBytes } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { computeKeyId, publicKeyOf, type KeyJson } from '../../core/metadata/keys.ts';
import { ecPair, rsaPair } from '../kit/key-pair.ts';
import {
  aliceSigned,
  delegationTo,
  entryOf,
  fileOf,
  keysOf,
  people,
  putRole,
  putRoot,
  putTarget,
  roleSigned,
  rootSigned,
  type Tree,
} from '../kit/source-tree.ts';
import { codesOf, nextAlice, nextRoot, nextTargets, refusesEach } from '../kit/transitions.ts';

const { root1, root2, alice, bob } = people;
const admins = [root1, root2];

/** Root 2 as given and a flawless root 3, in one commit. */
function twoRoots(tree: Tree, second: JsonObject): void {
  putRoot(tree, { ...rootSigned(2), ...second }, admins);
  putRoot(tree, rootSigned(3), admins);
}

function withRole(tree: Tree, name: string): void {
  putRole(tree, name, roleSigned(1, {}), [alice]);
  const roles = [
    delegationTo('alice', alice, 'alice-project/*/*/*'),
    delegationTo('bob', bob, 'bob-project/*/*/*'),
    delegationTo(name, alice, 'more/*'),
  ];
  nextTargets(tree, { keys: keysOf(alice, bob), roles });
}

/** SPKI of P-256 (RFC 5480) around a point in any of its spellings. */
function spki(point: Buffer): string {
  const algorithm = Buffer.from('301306072a8648ce3d020106082a8648ce3d030107', 'hex');
  const bits = Buffer.concat([Buffer.from([0x03, point.length + 1, 0]), point]);
  const body = Buffer.concat([algorithm, bits]);
  const der = Buffer.concat([Buffer.from([0x30, body.length]), body]).toString('base64');
  return `-----BEGIN PUBLIC KEY-----\n${der.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END PUBLIC KEY-----\n`;
}

describe('rules: what other clients stumble over', () => {
  const { roles, keys } = rootSigned(2);
  const fifth = { keyids: [root1.keyid], threshold: 1 };
  const unreachable = { keyids: [root1.keyid], threshold: 9 };
  refusesEach([
    [
      'a fifth role in a root that another follows at once',
      ['root.roles'],
      (tree) => {
        twoRoots(tree, { roles: { ...(roles as JsonObject), mirrors: fifth } });
      },
    ],
    [
      'a plain snapshot in a root that another follows at once',
      ['root.consistent-snapshot'],
      (tree) => {
        twoRoots(tree, { consistent_snapshot: false });
      },
    ],
    [
      'a threshold out of reach in a root that another follows at once',
      ['delegation.threshold'],
      (tree) => {
        twoRoots(tree, { roles: { ...(roles as JsonObject), targets: unreachable } });
      },
    ],
    [
      'an unknown key in a root that another follows at once',
      ['key.unsupported'],
      (tree) => {
        const json = { keytype: 'lms', scheme: 'lms', keyval: { public: '00' } };
        twoRoots(tree, { keys: { ...(keys as JsonObject), [computeKeyId(json)]: json } });
      },
    ],
    [
      'a root that gives the repository another name',
      ['role.other-repository'],
      (tree) => {
        const name = 'renamed-22222222';
        nextRoot(tree, {
          'x-tuf-on-git-policy': { repository: name },
          'x-tuf-on-git-repository': name,
        });
      },
    ],
    [
      'a root that takes the repository’s name away',
      ['role.other-repository'],
      (tree) => {
        nextRoot(tree, { 'x-tuf-on-git-policy': {} });
      },
    ],
    [
      'an Ed25519 key in PEM',
      ['key.form'],
      (tree) => {
        const pem = alice.object.export({ format: 'pem', type: 'spki' }).toString();
        const json = { ...alice.json, keyval: { public: pem } };
        nextAlice(tree, { delegations: { keys: { [computeKeyId(json)]: json }, roles: [] } });
      },
    ],
    [
      'a delegation with thousands of patterns',
      ['delegation.form'],
      (tree) => {
        const paths = Array.from({ length: 1025 }, (_, at) => `alice-project/${at}/*/*`);
        putRole(tree, 'more', roleSigned(1, {}), [bob]);
        const roles = [delegationTo('more', bob, ...paths)];
        nextAlice(tree, { delegations: { keys: keysOf(bob), roles } });
      },
    ],
    [
      'delegations without roles',
      ['delegation.form'],
      (tree) => {
        nextAlice(tree, { delegations: { keys: {} } });
      },
    ],
    ...['toString', 'constructor', 'valueOf', 'hasOwnProperty'].map(
      (name) =>
        [
          `a role called ${name}`,
          ['name.form'],
          (tree: Tree) => {
            withRole(tree, name);
          },
        ] as const,
    ),
  ]);

  it('refuses one P-256 key in two spellings of its point', async () => {
    const { publicKey } = ecPair('prime256v1');
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const point = Buffer.concat([
      Buffer.from([4]),
      Buffer.from(x, 'base64url'),
      Buffer.from(y, 'base64url'),
    ]);
    const spelled = (form: 'compressed' | 'hybrid'): KeyJson => {
      const other = ECDH.convertKey(point, 'prime256v1', undefined, undefined, form) as Buffer;
      const text = createPublicKey(spki(other)).export({ format: 'pem', type: 'spki' }).toString();
      return { keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', keyval: { public: text } };
    };
    const { json } = publicKeyOf(publicKey, 'ecdsa-sha2-nistp256');
    for (const form of ['compressed', 'hybrid'] as const) {
      const twin = spelled(form);
      const both = { [computeKeyId(json)]: json, [computeKeyId(twin)]: twin };
      const codes = await codesOf((tree) => {
        nextAlice(tree, { delegations: { keys: both, roles: [] } });
      });
      assert.deepEqual(codes, ['key.form', 'key.same-key'], form);
    }
  });

  it('refuses an RSA signature with a salt that is not 32 bytes long', async () => {
    const { publicKey, privateKey } = rsaPair(2048);
    const key = publicKeyOf(publicKey, 'rsassa-pss-sha256');
    const signedWith = (saltLength: number) =>
      codesOf((tree) => {
        const roles = [
          delegationTo('alice', key, 'alice-project/*/*/*'),
          delegationTo('bob', bob, 'bob-project/*/*/*'),
        ];
        nextTargets(tree, { keys: keysOf(key, bob), roles });
        const signed = aliceSigned(tree, 2);
        const padding = constants.RSA_PKCS1_PSS_PADDING;
        const bytes = canonicalBytes(signed, 'test');
        const made = sign('sha256', bytes, { key: privateKey, padding, saltLength });
        const signatures = [{ keyid: key.keyid, sig: made.toString('hex') }];
        tree.set('metadata/alice.json', Buffer.from(JSON.stringify({ signed, signatures })));
      });
    assert.deepEqual(await signedWith(32), []);
    for (const salt of [0, 20, 64]) assert.deepEqual(await signedWith(salt), ['signature.form']);
  });

  it('refuses, in the profile files, two targets that some file systems hold for one', async () => {
    const policy = { repository: 'example-00000000', profile: 'files' };
    for (const [one, other] of [
      ['straße', 'STRASSE'],
      ['ΟΔΟΣ', 'οδοσ'],
    ] as const) {
      const codes = await codesOf((tree) => {
        nextRoot(tree, { 'x-tuf-on-git-policy': policy });
        const name = (path: string) => `alice-project/tool/1.0.0/${path}`;
        const targets = [name(one), name(other)].map((path) => {
          putTarget(tree, path, path);
          return [path, entryOf(tree, path)] as const;
        });
        tree.delete(`targets/${fileOf.alice}`);
        nextAlice(tree, { targets: Object.fromEntries(targets) });
      });
      assert.deepEqual(codes, ['git.twin'], one);
    }
  });

  it('refuses, in the profile files, what one client expands and another does not', async () => {
    const policy = { repository: 'example-00000000', profile: 'files' };
    for (const pattern of ['{a,b}/x', '!zzz/y', '.hidden/*', '@(a|b)/x', '[ab]/x']) {
      const codes = await codesOf((tree) => {
        nextRoot(tree, { 'x-tuf-on-git-policy': policy });
        putRole(tree, 'more', roleSigned(1, {}), [alice]);
        const delegations = [
          delegationTo('alice', alice, 'alice-project/*/*/*'),
          delegationTo('bob', bob, 'bob-project/*/*/*'),
          delegationTo('more', alice, pattern),
        ];
        nextTargets(tree, { keys: keysOf(alice, bob), roles: delegations });
      });
      assert.deepEqual(codes, ['path.pattern'], pattern);
    }
  });

  it('refuses, in the profile files, what is one character to one client and two to another', async () => {
    const codesOfName = (name: string) =>
      codesOf((tree) => {
        nextRoot(tree, {
          'x-tuf-on-git-policy': { repository: 'example-00000000', profile: 'files' },
        });
        const path = `alice-project/tool/1.0.0/${name}`;
        putTarget(tree, path, name);
        tree.delete(`targets/${fileOf.alice}`);
        nextAlice(tree, { targets: { [path]: entryOf(tree, path) } });
      });
    assert.deepEqual(await codesOfName('\u{1f600}'), ['path.form']);
    assert.deepEqual(await codesOfName('\u2603'), []);
  });
});
