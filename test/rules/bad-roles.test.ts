import {
  aliceSigned,
  delegationTo,
  inDays,
  keysOf,
  people,
  putRole,
  signaturesOf,
} from '../kit/source-tree.ts';
import { edit, nextAlice } from '../kit/transitions.ts';
import { refusesEach } from '../kit/transitions.ts';

describe('rules: bad roles', () => {
  refusesEach([
    [
      'an unsigned change',
      ['role.threshold'],
      (tree) => {
        putRole(tree, 'alice', aliceSigned(tree, 2), []);
      },
    ],
    [
      'a change under an old signature',
      ['role.threshold', 'signature.invalid'],
      (tree) => {
        edit(tree, 'metadata/alice.json', '"version": 1', '"version": 2');
      },
    ],
    [
      'a signature by the wrong maintainer',
      ['role.threshold', 'signature.unauthorised'],
      (tree) => {
        putRole(tree, 'alice', aliceSigned(tree, 2), [people.bob]);
      },
    ],
    [
      'a version that is not next',
      ['role.version-not-next'],
      (tree) => {
        nextAlice(tree, { version: 3 });
      },
    ],
    [
      'a version that falls',
      ['role.version-not-next'],
      (tree) => {
        nextAlice(tree, { version: 2 ** 31 - 1 });
      },
    ],
    [
      'a version beyond what clients count',
      ['role.version', 'role.version-not-next'],
      (tree) => {
        nextAlice(tree, { version: 2 ** 31 });
      },
    ],
    [
      'other content under the same version',
      ['role.changed-version'],
      (tree) => {
        nextAlice(tree, { version: 1, expires: inDays(364) });
      },
    ],
    [
      'an expired role',
      ['role.expired'],
      (tree) => {
        nextAlice(tree, { expires: inDays(-1) });
      },
    ],
    [
      'an expiry a century away',
      ['role.lives-too-long'],
      (tree) => {
        nextAlice(tree, { expires: '2130-01-01T00:00:00Z' });
      },
    ],
    [
      'an expiry beyond the role’s own period',
      ['role.lives-too-long'],
      (tree) => {
        nextAlice(tree, { 'x-tuf-on-ci-expiry-period': 30 });
      },
    ],
    [
      'an expiry that is no instant',
      ['json.shape'],
      (tree) => {
        nextAlice(tree, { expires: '2031-02-30T00:00:00Z' });
      },
    ],
    [
      'another specification',
      ['role.spec-version'],
      (tree) => {
        nextAlice(tree, { spec_version: '1.1.0' });
      },
    ],
    [
      'a role of another repository',
      ['role.other-repository'],
      (tree) => {
        nextAlice(tree, { 'x-tuf-on-git-repository': 'staging-11111111' });
      },
    ],
    [
      'a role file deleted while delegated',
      ['role.missing'],
      (tree) => {
        tree.delete('metadata/bob.json');
      },
    ],
    [
      'a role with two delegators',
      ['name.two-delegators'],
      (tree) => {
        const roles = [delegationTo('bob', people.bob, 'alice-project/*/*/*')];
        nextAlice(tree, { delegations: { keys: keysOf(people.bob), roles } });
      },
    ],
    [
      'an empty signature',
      ['role.threshold', 'signature.empty'],
      (tree) => {
        putRole(tree, 'alice', aliceSigned(tree, 2), []);
        edit(
          tree,
          'metadata/alice.json',
          '"signatures": []',
          `"signatures": [{"keyid":"${people.alice.keyid}","sig":""}]`,
        );
      },
    ],
    [
      'a signature in upper-case hex',
      ['signature.form'],
      (tree) => {
        const signed = aliceSigned(tree, 2);
        const [signature] = signaturesOf(signed, [people.alice]);
        const upper = [{ keyid: people.alice.keyid, sig: signature?.sig.toUpperCase() ?? '' }];
        tree.set('metadata/alice.json', Buffer.from(JSON.stringify({ signed, signatures: upper })));
      },
    ],
    [
      'one signature twice',
      ['signature.duplicate'],
      (tree) => {
        const signed = aliceSigned(tree, 2);
        const twice = [
          ...signaturesOf(signed, [people.alice]),
          ...signaturesOf(signed, [people.alice]),
        ];
        tree.set('metadata/alice.json', Buffer.from(JSON.stringify({ signed, signatures: twice })));
      },
    ],
    [
      'thousands of signatures',
      ['role.threshold', 'signature.too-many'],
      (tree) => {
        const signatures = Array.from({ length: 5000 }, (_, index) => ({
          keyid: `${index}`,
          sig: '00',
        }));
        tree.set(
          'metadata/alice.json',
          Buffer.from(JSON.stringify({ signed: aliceSigned(tree, 2), signatures })),
        );
      },
    ],
    [
      'a third field in the envelope',
      ['json.envelope'],
      (tree) => {
        edit(tree, 'metadata/alice.json', '"signatures"', '"unsigned": 1, "signatures"');
      },
    ],
    [
      'a file of the wrong type',
      ['role.type'],
      (tree) => {
        tree.set('metadata/alice.json', tree.get('metadata/root.json') ?? Buffer.of());
      },
    ],
  ]);
});
