import assert from 'node:assert/strict';
import { formatDocument, parseDocument } from '../../core/metadata/document.ts';
import { addDelegation, type NewDelegation } from '../../core/metadata/draft-delegation.ts';
import { isObject, type JsonObject } from '../../core/metadata/json.ts';
import { keyJson, parseKey, type PublicKey } from '../../core/metadata/keys.ts';
import { describeRole } from '../../core/rules/words/describe-role.ts';
import type { ChangedRole } from '../../core/rules/words/role-change.ts';
import {
  inDays,
  keysOf,
  makeKey,
  now,
  people,
  roleSigned,
  rootSigned,
  targetsSigned,
} from '../kit/source-tree.ts';

const { alice, bob, stranger } = people;
const sha256 = 'c'.repeat(64);

describe('a new version of a role in words', () => {
  it('names role, versions, expiry, and each target with its size and hash', () => {
    const before = roleSigned(3, { 'a/kept': entry(1), 'a/old': entry(2), 'a/changed': entry(3) });
    const after = roleSigned(4, { 'a/kept': entry(1), 'a/changed': entry(9), 'a/new': entry(12) });
    const text = words(before, after);
    assert.match(text, /^alice: version 3 → 4 \(metadata\/alice\.json\)$/m);
    assert.match(text, /expires .*Z, in 365 days$/m);
    assert.match(text, /^ {2}- target a\/old\n {6}was 2 bytes, sha256 c{64}$/m);
    assert.match(
      text,
      /^ {2}~ target a\/changed, 9 bytes\n {6}sha256 c{64}\n {6}was 3 bytes, sha256 c{64}$/m,
    );
    assert.match(text, /^ {2}\+ target a\/new, 12 bytes\n {6}sha256 c{64}$/m);
    assert.doesNotMatch(text, /kept/);
  });

  it('names a new role, and everything in it', () => {
    assert.match(words(undefined, roleSigned(1, { 'a/one': entry(1) })), /^alice: new, version 1 /);
  });

  it('names the people and fingerprints behind a new delegation', () => {
    const wanted = { name: 'project', keys: [stranger], threshold: 1, terminating: true };
    const after = addDelegation(targetsSigned(2), { ...wanted, paths: ['project/*'] });
    const text = words(targetsSigned(1), after);
    assert.match(text, /\+ delegation to project/);
    assert.match(text, /signed by 1 of 1: @stranger/);
    assert.match(text, /for project\/\*, and nobody after it \(terminating\)/);
    assert.match(
      text,
      new RegExp(`\\+ key .*@stranger, ed25519, fingerprint ${stranger.fingerprint}`),
    );
    assert.match(text, /order of delegations/);
  });

  it('says where the file of a target was found that was compared with it', () => {
    const change = draft(roleSigned(1, {}), roleSigned(2, { 'a/one': entry(1) }));
    const files = new Map([['a/one', 'targets/a/one of this workspace']]);
    const text = describeRole(change, now, files).join('\n');
    assert.match(text, /sha256 c{64}\n {6}checked: targets\/a\/one of this workspace$/m);
    assert.doesNotMatch(describeRole(change, now).join('\n'), /checked/);
  });

  it('shows a widened delegation as it was and as it is, and what it gains', () => {
    const text = words(targetsSigned(1), withRole('alice', { paths: ['*', '*/*/*/*'] }));
    assert.match(text, /~ delegation to alice/);
    assert.match(text, /^ {6}WIDER, also for \*, \*\/\*\/\*\/\*$/m);
    assert.doesNotMatch(text, /narrower/);
    assert.match(text, /was for alice-project\/\*\/\*\/\*/);
    assert.match(text, /for \*, \*\/\*\/\*\/\*, and nobody/);
  });

  it('says which paths a delegation loses, and finds no difference where patterns say the same', () => {
    const narrower = withRole('alice', { paths: ['alice-project/tool/*/*'] });
    assert.match(
      words(targetsSigned(1), narrower),
      /^ {6}narrower, no more for alice-project\/\*\/\*\/\*$/m,
    );
    const split = withRole('alice', { paths: ['alice-project/*/*/*', 'alice-project/tool/*/*'] });
    assert.doesNotMatch(words(targetsSigned(1), split), /WIDER|narrower/);
  });

  it('says who comes, who goes, and that fewer must sign', () => {
    const before = delegating({ keys: [alice, bob], threshold: 2 });
    const after = delegating({ keys: [alice, stranger], threshold: 1 });
    const text = words(before, after);
    assert.match(text, /^ {6}FEWER must sign: threshold 2 → 1$/m);
    assert.match(
      text,
      new RegExp(`^ {6}@stranger signs from now on, fingerprint ${stranger.fingerprint}$`, 'm'),
    );
    assert.match(text, /^ {6}@bob signs no more$/m);
    assert.match(words(after, before), /^ {6}more must sign: threshold 1 → 2$/m);
  });

  it('says that a person signs with another key: the name alone would be the same', () => {
    const other = makeKey('@alice');
    const text = words(
      delegating({ keys: [alice], threshold: 1 }),
      delegating({ keys: [other], threshold: 1 }),
    );
    const { fingerprint } = alice;
    assert.match(
      text,
      new RegExp(
        `@alice signs with ANOTHER KEY, fingerprint ${other.fingerprint}, was ${fingerprint}`,
      ),
    );
    assert.match(
      text,
      new RegExp(`\\+ key .*fingerprint ${other.fingerprint}; signs project$`, 'm'),
    );
    assert.doesNotMatch(text, /signs no more|from now on/);
  });

  it('says that a key is called otherwise from now on', () => {
    const renamed = parseKey({ ...stranger.json, 'x-tuf-on-ci-keyowner': '@intruder' });
    const text = words(
      delegating({ keys: [stranger], threshold: 1 }),
      delegating({ keys: [renamed], threshold: 1 }),
    );
    assert.match(text, /^ {6}the key of @stranger is called @intruder from now on$/m);
  });

  it('tells of a root who signs what, before and after, its keys and its policy', () => {
    const before = rootSigned(1);
    const { root1, root2, root3, admin, online, carol } = people;
    const signers = (threshold: number, ...keys: readonly PublicKey[]) => ({
      keyids: keys.map(({ keyid }) => keyid),
      threshold,
    });
    const after = {
      ...rootSigned(2),
      keys: keysOf(root1, root2, carol, admin, online),
      roles: {
        ...(before['roles'] as JsonObject),
        root: signers(3, root1, root2, carol),
      },
      'x-tuf-on-git-policy': { repository: 'example-00000000', land: 'all' },
    };
    const text = rootWords(before, after);
    assert.match(text, /^root: version 1 → 2 \(metadata\/root\.json\)$/m);
    assert.match(text, /^ {2}~ signers of root$/m);
    assert.match(text, /was signed by 2 of 3: @root1, @root2, @root3$/m);
    assert.match(text, /^ {6}signed by 3 of 3: @root1, @root2, @carol$/m);
    assert.match(text, /^ {6}more must sign: threshold 2 → 3$/m);
    assert.match(text, /^ {6}@root3 signs no more$/m);
    assert.match(
      text,
      new RegExp(`- key ${root3.keyid.slice(0, 8)}: @root3, ed25519, fingerprint`),
    );
    assert.match(text, new RegExp(`\\+ key .*@carol, ed25519, fingerprint ${carol.fingerprint}`));
    assert.match(text, /^ {2}\+ policy\/land: all$/m);
    assert.doesNotMatch(text, /signers of targets|policy\/repository/);
  });

  it('shouts when another key stands under the same keyid', () => {
    const swapped = makeKey('@alice');
    const after = withKey(alice.keyid, { ...keyJson(swapped.object, 'ed25519', '@alice') });
    const text = words(targetsSigned(1), after);
    assert.match(text, /ANOTHER KEY under the same keyid; signs alice$/m);
    assert.match(text, new RegExp(`was .*${alice.fingerprint}`));
    assert.match(text, new RegExp(`is .*${swapped.fingerprint}`));
  });

  it('shows what it has no words for as it is', () => {
    const custom = { 'a/one': { ...entry(1), custom: { urgent: true } } };
    assert.match(
      words(roleSigned(1, { 'a/one': entry(1) }), roleSigned(2, custom)),
      /\+ custom: \{"urgent":true\}/,
    );
    const unknown = { ...roleSigned(2, {}), 'x-else': [1, 2] };
    assert.match(
      words(roleSigned(1, {}), unknown),
      /\+ x-else: \[1,2\] {2}\(NOT KNOWN to this version/,
    );
    const strange = withRole('alice', { 'x-deep': { a: 1 } });
    assert.match(words(targetsSigned(1), strange), /x-deep: \{"a":1\} {2}\(NOT KNOWN/);
    assert.doesNotMatch(words(undefined, roleSigned(1, {})), /NOT KNOWN/);
    const hashes = { 'a/one': { length: 1, hashes: { sha256, sha512: 'dd' } } };
    assert.match(
      words(roleSigned(1, { 'a/one': entry(1) }), roleSigned(2, hashes)),
      /\+ other hashes: \{"sha512":"dd"\}/,
    );
  });

  it('marks an expiry that is out of the ordinary', () => {
    const soon = { ...roleSigned(2, {}), expires: inDays(2) };
    const late = { ...roleSigned(2, {}), expires: inDays(36_500) };
    assert.match(words(roleSigned(1, {}), soon), /in 2 days – unusual/);
    assert.match(words(roleSigned(1, {}), late), /in 36500 days – unusual/);
  });

  it('lets no name pass for a line of its own, nor reach the terminal raw', () => {
    const nasty = 'a/x\n+ target b/harmless\u001b[2J\u202e';
    const lines = describeRole(draft(roleSigned(1, {}), roleSigned(2, { [nasty]: entry(1) })), now);
    assert.ok(lines.every((line) => !/[\p{Cc}\p{Cf}]/u.test(line)));
    assert.equal(lines.filter((line) => line.startsWith('  + target')).length, 1);
  });
});

function words(before: JsonObject | undefined, after: JsonObject): string {
  return describeRole(draft(before, after), now).join('\n');
}

function rootWords(before: JsonObject, after: JsonObject): string {
  const read = (signed: JsonObject) => parseDocument('root', formatDocument(signed, []));
  const of = { name: 'root', file: 'metadata/root.json' };
  return describeRole({ ...of, before: read(before), after: read(after) }, now).join('\n');
}

function draft(before: JsonObject | undefined, after: JsonObject): ChangedRole {
  const read = (signed: JsonObject) => parseDocument('targets', formatDocument(signed, []));
  return {
    name: 'alice',
    file: 'metadata/alice.json',
    before: before === undefined ? undefined : read(before),
    after: read(after),
  };
}

/** A targets that delegates one project to these keys. */
function delegating(signers: Pick<NewDelegation, 'keys' | 'threshold'>): JsonObject {
  const wanted = { name: 'project', terminating: true, paths: ['project/*'], ...signers };
  return addDelegation(targetsSigned(2), wanted);
}

function withRole(name: string, change: JsonObject): JsonObject {
  return withDelegations(({ keys, roles }) => ({
    keys,
    roles: roles.map((role) => (role['name'] === name ? { ...role, ...change } : role)),
  }));
}

function withKey(keyid: string, json: JsonObject): JsonObject {
  return withDelegations(({ keys, roles }) => ({ keys: { ...keys, [keyid]: json }, roles }));
}

function withDelegations(
  edit: (now: { keys: JsonObject; roles: JsonObject[] }) => JsonObject,
): JsonObject {
  const signed = targetsSigned(2);
  const delegations = signed['delegations'];
  assert.ok(isObject(delegations) && Array.isArray(delegations['roles']));
  return {
    ...signed,
    delegations: edit({ keys: keysOf(alice, bob), roles: delegations['roles'].filter(isObject) }),
  };
}

function entry(length: number): JsonObject {
  return { length, hashes: { sha256 } };
}
