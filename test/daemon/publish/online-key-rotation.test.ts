import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { recordRef } from '../../../core/gate/published.ts';
import { writeSignerSettings } from '../../../core/home/signer-settings.ts';
import { rootAuthority } from '../../../core/metadata/authority.ts';
import { parseDocument, type Document } from '../../../core/metadata/document.ts';
import type { PublicKey } from '../../../core/metadata/keys.ts';
import { countSignatures } from '../../../core/metadata/threshold.ts';
import type { Clock } from '../../../daemon/clock.ts';
import { readRecord, type RecordEntry } from '../../../daemon/record/record.ts';
import { daemonSuite } from '../../kit/daemon.ts';
import { nextVersion, type TestHome } from '../../kit/home.ts';
import { until } from '../../kit/until.ts';
import { addOnlineKey, nameOnlineKey } from '../../kit/online-key.ts';

const minuteMs = 60_000;

describe('a root with another online key', () => {
  const suite = daemonSuite();

  it('comes out after a generation that holds under both roots, and both keys go on', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    const next = await addOnlineKey(home, 'next');
    const before = await rotate(home, next);
    await daemon.reconcile();
    const [prepared, rotated] = await since(home, before);
    assert.ok(prepared && rotated);
    assert.notEqual(prepared.commit, rotated.commit);
    assert.equal(rotated.commit, await home.tip());
    for (const { snapshot, timestamp } of [prepared, rotated]) {
      for (const document of [snapshot, timestamp]) {
        assert.deepEqual(signersOf(home, document), [home.online.keyid, next.keyid].sort());
      }
    }
    assert.deepEqual(daemon.readiness().reasons, []);
  });

  it('leaves the old key signing for a quarter of an hour, over a restart, and no longer', async () => {
    const home = await suite.home({ config: { timestampLifetimeHours: 1 / 10 } });
    const next = await addOnlineKey(home, 'next');
    const clock = shiftedClock();
    const daemon = await suite.serve(home, { clock });
    await rotate(home, next);
    await daemon.reconcile();
    await daemon.close();
    const again = await suite.serve(home, { clock });
    clock.advance(13 * minuteMs);
    await again.reconcile();
    assert.deepEqual(signersOf(home, (await last(home)).timestamp).length, 2);
    clock.advance(3 * minuteMs);
    await again.reconcile();
    assert.deepEqual(signersOf(home, (await last(home)).timestamp), [next.keyid]);
  });

  it('may be pushed as soon as its key stands in the signer’s settings', async () => {
    const home = await suite.home({ config: { reconcileIntervalSeconds: 3600 } });
    await suite.serve(home);
    const next = await addOnlineKey(home, 'next');
    await until('the hook knows of the key', async () => {
      const known = await readFile(home.paths.onlineKeys, 'utf8');
      return (JSON.parse(known) as unknown[]).length === 2;
    });
    assert.ok((await readFile(home.paths.onlineKeys, 'utf8')).includes(next.json.keyval.public));
  });

  it('is out at once when the signer holds the old key no more', async () => {
    const home = await suite.home();
    const next = await addOnlineKey(home, 'next');
    const daemon = await suite.serve(home);
    await daemon.close();
    await writeSignerSettings(home.paths.signer, { format: 1, keys: ['file:next.json'] });
    const before = await rotate(home, next);
    const again = await suite.serve(home);
    const [rotated, more] = await since(home, before);
    assert.equal(more, undefined);
    assert.equal(rotated?.commit, await home.tip());
    assert.deepEqual(signersOf(home, rotated.timestamp), [next.keyid]);
    assert.deepEqual(again.readiness().reasons, []);
  });

  it('is prepared for once, although the generation after it has to wait', async () => {
    const home = await suite.home();
    const next = await addOnlineKey(home, 'next');
    let isDiskFull = true;
    let signed = 0;
    const daemon = await suite.serve(home, {
      checkpoint: (step) => {
        if (step === 'signed') signed += 1;
        if (isDiskFull && signed > 2) throw new RangeError('no room');
      },
    });
    const before = await rotate(home, next);
    await daemon.reconcile();
    await daemon.reconcile();
    assert.equal((await since(home, before)).length, 1);
    isDiskFull = false;
    await daemon.reconcile();
    assert.equal((await since(home, before)).length, 2);
  });

  it('leaves alone what is signed where only other keys change', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    const before = await last(home);
    await home.commit((tree) => {
      nextVersion(tree, 'root');
    });
    await daemon.reconcile();
    const [only, more] = await since(home, before);
    assert.equal(more, undefined);
    assert.equal(only?.snapshot.signed.version, 1);
  });
});

/** The next root names this online key alone. @returns the last generation before it */
async function rotate(home: TestHome, key: PublicKey): Promise<RecordEntry> {
  const before = await last(home);
  await nameOnlineKey(home, key);
  return before;
}

async function last({ git }: TestHome): Promise<RecordEntry> {
  const tip = await git.resolveRef(recordRef);
  return readRecord(git, tip ?? assert.fail('nothing is published'));
}

/** The generations after this one, in order. */
async function since(home: TestHome, { oid }: RecordEntry): Promise<readonly RecordEntry[]> {
  const entries: RecordEntry[] = [];
  let entry = await last(home);
  while (entry.oid !== oid) {
    entries.unshift(entry);
    entry = await readRecord(home.git, entry.parent ?? assert.fail('the record began anew'));
  }
  return entries;
}

/** Keyids of the online keys, of any root there is, whose signature holds. */
function signersOf({ tree }: TestHome, document: Document<'snapshot' | 'timestamp'>): string[] {
  const roots = [...tree.keys()].filter((file) => file.startsWith('metadata/root_history/'));
  const signers = roots.flatMap((file) => {
    const root = parseDocument('root', tree.get(file) ?? assert.fail(file));
    return countSignatures(document, rootAuthority(root.signed, document.signed.type)).signers;
  });
  return [...new Set(signers.map(({ keyid }) => keyid))].sort();
}

function shiftedClock(): Clock & { advance(milliseconds: number): void } {
  let shift = 0;
  return {
    now: () => new Date(Date.now() + shift),
    advance: (milliseconds) => {
      shift += milliseconds;
    },
  };
}
