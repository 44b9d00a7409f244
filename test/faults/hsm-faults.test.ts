import assert from 'node:assert/strict';
import type { Faults } from '../kit/faulty-token.ts';
import { hsmSuite } from './kit/hsm-scene.ts';

describe('while the token of the online key', () => {
  const scene = hsmSuite({ reconcileIntervalSeconds: 0.5 });

  /** Return values of PKCS#11 2.40 §6.1.2. */
  const lasting: Record<string, Faults> = {
    'is pulled out': { C_Sign: '0x32', C_OpenSession: '0xE0', C_GetSlotList: 'none' },
    'is in its slot, but not present': { C_Sign: '0xE0', C_OpenSession: '0xE0' },
    'fails with a device error': { C_Sign: '0x30' },
    'closes every session': { C_Sign: '0xB3', C_GetSessionInfo: '0xB3' },
    'takes no login for one': { C_Sign: '0x101' },
    'hangs in a signature': { C_Sign: 'hang' },
    'hangs in everything': { C_Initialize: 'hang', C_OpenSession: 'hang', C_Sign: 'hang' },
    'does not start': { C_Initialize: '0x05', C_Sign: '0x05' },
    'returns bad signatures': { C_Sign: 'flip' },
    'signs with another key': { C_SignInit: 'other-key' },
  };
  for (const [what, faults] of Object.entries(lasting)) {
    it(`${what}, pushes are taken and wait visibly, and come out when it is well again`, async () => {
      const { token, pushed, readiness, troubled, visible } = scene();
      const before = (await readiness()).generation;
      token.misbehave(faults);
      await pushed.accepted('1.1.0');
      await troubled();
      await pushed.accepted('1.2.0');
      assert.deepEqual((await readiness()).generation, before, 'the last one is served on');
      token.behave();
      await visible('alice', 3);
    });
  }

  it('is pulled out, that is told before anything has to be signed', async () => {
    const { token, troubled, visible } = scene();
    token.misbehave({ C_GetSessionInfo: '0x32', C_OpenSession: '0xE0', C_GetSlotList: 'none' });
    await troubled();
    token.behave();
    await visible('alice', 1);
  });

  const passing: Record<string, Faults> = {
    'had its sessions closed': { C_Sign: 'close-sessions' },
    'was logged out': { C_Sign: 'log-out' },
  };
  for (const [what, faults] of Object.entries(passing)) {
    it(`${what}, the next signature logs in once more, and nothing waits`, async () => {
      const { token, pushed, visible } = scene();
      const before = token.calls('C_Login');
      token.misbehave(faults);
      await pushed.accepted('1.1.0');
      await visible('alice', 2);
      assert.equal(token.calls('C_Login'), before + 1);
    });
  }
});
