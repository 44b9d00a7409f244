import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import path from 'node:path';
import { verifySignature } from '../../../core/metadata/keys.ts';
import { generateKey, openSigner, type KeyAccess } from '../../../core/signers/open-signer.ts';
import type { Signer } from '../../../core/signers/signer.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import {
  binding,
  destroyLabelled,
  rawKeyPair,
  rawModule,
  slotOf,
  withRawSession,
} from '../../kit/raw-token.ts';
import { createToken, softHsmAvailable, type TestToken } from '../../kit/softhsm.ts';

const message = Buffer.from('{"_type":"timestamp"}');

describe('a signer whose token goes away', () => {
  let token: TestToken;
  let access: KeyAccess;
  let signer: Signer;
  let asked: number;

  before(function () {
    if (!softHsmAvailable()) this.skip();
  });
  beforeEach(async () => {
    token = createToken();
    token.use();
    asked = 0;
    const secret = () => {
      asked += 1;
      return Promise.resolve(token.pin);
    };
    access = { pkcs11Module: token.module, secret };
    await generateKey(token.uri('online'), 'ecdsa-sha2-nistp256', access);
    signer = await openSigner(uri('online'), access);
  });
  afterEach(async () => {
    await signer.close();
    token.dispose();
  });

  const uri = (object: string) => token.uri(object).split('?')[0] ?? '';
  const signs = async (one: Signer) => verifySignature(one.key, message, await one.sign(message));

  it('signs on when its sessions were closed', async () => {
    const lib = rawModule(token);
    lib.C_CloseAllSessions(slotOf(lib, token));
    assert.ok(await signs(signer));
  });

  it('signs on when it was logged out', async () => {
    const lib = rawModule(token);
    const session = lib.C_OpenSession(slotOf(lib, token), binding().CKF_SERIAL_SESSION);
    lib.C_Logout(session);
    assert.ok(await signs(signer));
  });

  it('signs on when the module was finalised, and asks no person for the PIN again', async () => {
    rawModule(token).C_Finalize();
    assert.ok(await signs(signer));
    assert.equal(asked, 1);
  });

  it('signs on with all keys of the module', async () => {
    await generateKey(token.uri('other'), 'ed25519', access);
    const other = await openSigner(uri('other'), access);
    rawModule(token).C_Finalize();
    assert.deepEqual(await Promise.all([signs(signer), signs(other), signs(signer)]), [
      true,
      true,
      true,
    ]);
    await other.close();
    assert.ok(await signs(signer));
  });

  it('is unavailable while the token is away, and signs when it is back', async () => {
    const tokens = path.join(token.folder, 'tokens');
    renameSync(path.join(tokens), path.join(token.folder, 'pulled-out'));
    rawModule(token).C_Finalize();
    await rejectsWithFault('signer.unavailable', signer.sign(message));
    await rejectsWithFault('signer.unavailable', signer.sign(message));
    renameSync(path.join(token.folder, 'pulled-out'), tokens);
    assert.ok(await signs(signer));
  });

  it('never signs with another key that took the place of its own', async () => {
    rawModule(token).C_Finalize();
    withRawSession(token, (lib, session) => {
      destroyLabelled(lib, session, 'online');
      rawKeyPair(lib, session, 'online');
    });
    await rejectsWithFault('signer.wrong-key', signer.sign(message));
    await rejectsWithFault('signer.wrong-key', signer.sign(message));
  });

  it('tries a PIN that has become wrong once, and never again, though it is right by now', async () => {
    setPin(token.pin, '4321');
    await rejectsWithFault('signer.pin', signer.sign(message));
    setPin('4321', token.pin);
    await rejectsWithFault('signer.pin', signer.sign(message));
    await rejectsWithFault('signer.pin', openSigner(uri('online'), access));
    rawModule(token).C_Finalize();
    withRawSession(token, () => undefined);
  });

  /** Leaves the module finalised. */
  function setPin(from: string, to: string): void {
    const lib = rawModule(token);
    lib.C_Finalize();
    lib.C_Initialize();
    const flags = binding().CKF_SERIAL_SESSION | binding().CKF_RW_SESSION;
    const session = lib.C_OpenSession(slotOf(lib, token), flags);
    lib.C_SetPIN(session, from, to);
    lib.C_Finalize();
  }
});
