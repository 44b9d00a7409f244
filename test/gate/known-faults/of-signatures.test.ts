/** Faults of other clients in counting signatures, each under its number. */
import assert from 'node:assert/strict';
import { computeKeyId } from '../../../core/metadata/keys.ts';
import { clientScene } from '../../kit/client-scene.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { newKey, signed, type TestKey } from '../../kit/simulated-repository.ts';

describe('known faults of clients in counting signatures', () => {
  const scene = clientScene();

  /** A second key beside the one that signs a top-level role: from now on root asks for both. */
  const askForTwo = (role: 'root' | 'targets'): readonly [TestKey, TestKey] => {
    const { repository } = scene();
    const [one] = repository.signersOf(role);
    const other = newKey();
    assert.ok(one !== undefined);
    repository.root.keys[other.keyid] = other.json;
    repository.root.roles[role] = { keyids: [one.keyid, other.keyid], threshold: 2 };
    repository.signers.set(role, [one, other]);
    repository.publishRoot();
    return [one, other];
  };

  /** Publishes a delegated role that these keys have signed; `two/c.txt` is in it. */
  const publishTwo = (keys: readonly TestKey[], threshold: number, signers: readonly TestKey[]) => {
    const { repository } = scene();
    repository.delegate('two', { paths: ['two/*'], keys, threshold });
    repository.signers.set('two', [...signers]);
    repository.addTarget('two/c.txt', 'c', 'two');
    repository.publish();
  };

  // python-tuf counted a signature as often as it stood in the file.
  it('CVE-2020-6174: a repeated signature of targets meets no threshold of two', async () => {
    const { repository, updater } = scene();
    const [one, other] = askForTwo('targets');
    repository.signers.set('targets', [one, one]);
    repository.addTarget('c.txt', 'c');
    repository.publish();
    await rejectsWithFault('signature.duplicate', updater().refresh());
    repository.signers.set('targets', [one, other]);
    repository.publish();
    await updater().refresh();
  });

  // tough counted a repeated signature again, of root as well.
  it('CVE-2020-15093: a repeated signature of root meets no threshold of two', async () => {
    const { cached, repository, updater } = scene();
    const [one] = askForTwo('root');
    const forged = signed({ ...repository.root, version: 3 }, [one, one]);
    repository.files.set('metadata/3.root.json', forged);
    await rejectsWithFault('signature.duplicate', updater().refresh());
    assert.deepEqual(await cached(), { 'root.json': 2 });
  });

  // tough had the same fault once more, in delegated roles.
  it('CVE-2026-6966: a repeated signature of a delegated role meets no threshold of two', async () => {
    const [one, other] = [newKey(), newKey()];
    publishTwo([one, other], 2, [one, one]);
    await rejectsWithFault('signature.duplicate', scene().updater().getTargetInfo('two/c.txt'));
  });

  // go-tuf counted keyids: one public key under two of them met a threshold of two.
  it('go-tuf #733: one key under two keyids counts once', async () => {
    const one = newKey();
    const json = { ...one.json, 'x-tuf-on-ci-keyowner': '@twin' };
    const twin = { ...one, json, keyid: computeKeyId(json) };
    publishTwo([one, twin], 2, [one, twin]);
    await rejectsWithFault('role.threshold', scene().updater().getTargetInfo('two/c.txt'));
  });

  // go-tuf compared with what metadata said, 0 or less: then no signature was needed.
  for (const threshold of [0, -1]) {
    it(`CVE-2026-23992: a threshold of ${String(threshold)} lets no unsigned role in`, async () => {
      publishTwo([newKey()], threshold, []);
      await rejectsWithFault('json.shape', scene().updater().getTargetInfo('two/c.txt'));
    });
  }

  // python-tuf verified every signature of a file, however many there were.
  it('CVE-2020-6173: thousands of signatures by unknown keys are passed over', async () => {
    const { repository, updater } = scene();
    repository.namesContent = false;
    repository.addTarget('team/c.txt', 'c', 'team');
    repository.publish();
    const team = JSON.parse(Buffer.from(repository.bytes('team')).toString()) as {
      signatures: { keyid: string; sig: string }[];
    };
    for (let at = 0; at < 10_000; at += 1) {
      team.signatures.push({ keyid: at.toString(16).padStart(64, '0'), sig: '00'.repeat(64) });
    }
    repository.files.set('metadata/2.team.json', Buffer.from(JSON.stringify(team)));
    assert.ok(await updater().getTargetInfo('team/c.txt'));
  });
});
