import assert from 'node:assert/strict';
import type { FileFault } from './kit/fault-control.ts';
import { watchedHome, type WatchedHome } from './kit/watched-home.ts';
import { until } from '../kit/until.ts';

const codes = { daemon: 'home.not-writable', signer: 'signer.unavailable' };

describe('a disk that is full while a client watches', function () {
  this.timeout(600_000);
  let watched: WatchedHome;

  beforeEach(async () => {
    watched = await watchedHome();
    await watched.start();
    await watched.converged();
  });
  afterEach(() => watched.remove());

  for (const program of ['daemon', 'signer'] as const) {
    it(`at each write of the ${program}: serving goes on, and publishing when there is room`, async () => {
      let at = 1;
      while (await meetsFullDisk({ program, at, action: 'ENOSPC' })) at += 1;
      assert.ok(at > 2);
      const { updates } = await watched.finish();
      console.log(`      full at ${at - 1} writes; the client: ${updates} updates`);
    });
  }

  /** @returns false when the generation was out before that write came */
  async function meetsFullDisk(
    fault: FileFault & { readonly program: keyof typeof codes },
  ): Promise<boolean> {
    await watched.faults.set(fault);
    await watched.release();
    const isOut = watched.converged().then(() => false);
    const isTold = until('an alarm tells of the disk, or nothing stood in the way', async () => {
      const reasons = (await watched.readiness())?.reasons ?? [];
      return reasons.some(({ code }) => code === codes[fault.program]);
    });
    const hasMet = await Promise.race([isOut, isTold]);
    isTold.catch(() => undefined); // where the generation came out instead
    await watched.faults.set(undefined);
    await isOut;
    return hasMet;
  }
});
