import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import { computeKeyId, publicKeyOf } from '../../core/metadata/keys.ts';
import type { StateEntry } from '../../core/rules/state.ts';
import { verifyTransition } from '../../core/rules/verify-transition.ts';
import { ecPair } from '../kit/key-pair.ts';
import { changesBetween, memoryState } from '../kit/memory-state.ts';
import {
  delegationTo,
  inDays,
  keysOf,
  people,
  putRole,
  putRoot,
  roleSigned,
  rootSigned,
  type Tree,
} from '../kit/source-tree.ts';
import { codesOf, context, nextAlice, nextTargets, start } from '../kit/transitions.ts';

describe('rules: bad states', () => {
  it('refuses a first state that does not descend from the pinned root', async () => {
    const other = new Map(start);
    putRoot(other, { ...rootSigned(1), expires: inDays(100) }, [people.root1, people.root2]);
    const state = memoryState(other);
    const changes = changesBetween(undefined, state);
    const verdict = await verifyTransition(undefined, state, changes, context);
    assert.deepEqual(
      verdict.refusals.map(({ code }) => code),
      ['root.not-pinned'],
    );
  });

  it('goes on counting when a role was deleted and is made again', async () => {
    const make = (tree: Tree) => {
      const { alice, bob } = people;
      putRole(tree, 'carol', roleSigned(1, {}), [alice]);
      const roles = [
        delegationTo('alice', alice, 'alice-project/*/*/*'),
        delegationTo('bob', bob, 'bob-project/*/*/*'),
        delegationTo('carol', alice, 'carol/*'),
      ];
      nextTargets(tree, { keys: keysOf(alice, bob), roles });
    };
    const highestVersion = (role: string) => (role === 'carol' ? 4 : 0);
    assert.deepEqual(await codesOf(make, { context: { highestVersion } }), [
      'role.version-not-next',
    ]);
    assert.deepEqual(await codesOf(make), []);
  });

  it('refuses P-384 while tuf-js is listed', async () => {
    const { publicKey } = ecPair('secp384r1');
    const p256 = publicKeyOf(ecPair('prime256v1').publicKey, 'ecdsa-sha2-nistp256');
    const json = {
      keytype: 'ecdsa',
      scheme: 'ecdsa-sha2-nistp384',
      keyval: { public: publicKey.export({ format: 'pem', type: 'spki' }).toString() },
    };
    const add = (keys: JsonObject) =>
      codesOf((tree) => {
        nextAlice(tree, { delegations: { keys, roles: [] } });
      });
    assert.deepEqual(await add({ [computeKeyId(json)]: json }), ['key.unsupported']);
    assert.deepEqual(await add(keysOf(p256)), []);
  });

  const odd: [string, string, Partial<StateEntry>][] = [
    ['a symbolic link', 'git.mode', { shown: 'targets/link', mode: '120000' }],
    ['a submodule', 'git.mode', { shown: 'sub', mode: '160000' }],
    ['an executable bit', 'git.executable', { shown: 'README.md', mode: '100755' }],
    ['an old group-writable mode', 'git.mode', { shown: 'README.md', mode: '100664' }],
    ['a name that is not UTF-8', 'git.name', { shown: 'x', path: undefined }],
    ['a newline in a name', 'git.name', { shown: 'a\nb' }],
    ['a name that is not in NFC', 'git.name', { shown: 'u\u0308.txt' }],
    ['a twin in another case', 'git.twin', { shown: 'metadata/ROOT.json' }],
    [
      'an empty folder',
      'git.empty-tree',
      {
        shown: 'empty',
        mode: '040000',
        oid: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
      },
    ],
  ];
  for (const [what, code, entry] of odd) {
    it(`refuses ${what}`, async () => {
      assert.deepEqual(await codesOf(() => undefined, { odd: [entry] }), [code]);
    });
  }
});
