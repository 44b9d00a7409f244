import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { withRawSession } from '../kit/raw-token.ts';
import { hsmSuite } from './kit/hsm-scene.ts';

describe('a PIN that the token refuses', () => {
  const scene = hsmSuite();

  it('is sent once, through any number of pushes and starts, until its file changes', async () => {
    const { token, pushed, readiness, troubled, restart, visible } = scene();
    withRawSession(token, (lib, session) => {
      lib.C_SetPIN(session, token.pin, '4321');
    });
    const before = token.calls('C_Login');
    token.misbehave({ C_Sign: 'log-out' });
    await pushed.accepted('1.1.0');
    assert.deepEqual(await troubled(), ['signer.pin']);
    await pushed.accepted('1.2.0');
    for (const round of [1, 2]) {
      await restart();
      assert.equal((await readiness()).reasons[0]?.code, 'signer.pin', `start ${round}`);
    }
    assert.equal(token.calls('C_Login'), before + 1);
    writeFileSync(token.pinFile, '4321\n');
    await visible('alice', 3);
    assert.equal(token.calls('C_Login'), before + 2);
  });

  it('because it is locked, is not sent at all until the operator says that it works again', async () => {
    const { token, pushed, troubled, restart, visible } = scene();
    const before = token.calls('C_Login');
    token.misbehave({ C_Sign: 'log-out', C_Login: '0xA4' });
    await pushed.accepted('1.1.0');
    assert.deepEqual(await troubled(), ['signer.pin']);
    token.behave();
    await restart();
    assert.deepEqual(await troubled(), ['signer.pin']);
    assert.equal(token.calls('C_Login'), before + 1);
    writeFileSync(token.pinFile, `${token.pin}\n`);
    await visible('alice', 2);
  });
});
