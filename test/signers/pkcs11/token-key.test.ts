import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { verifySignature, type SigningScheme } from '../../../core/metadata/keys.ts';
import {
  generateKey,
  listKeys,
  openSigner,
  showKey,
  type KeyAccess,
} from '../../../core/signers/open-signer.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { binding, rawKeyPair, withRawSession } from '../../kit/raw-token.ts';
import { createToken, softHsmAvailable, type TestToken } from '../../kit/softhsm.ts';

const schemes: readonly SigningScheme[] = ['ed25519', 'ecdsa-sha2-nistp256', 'rsassa-pss-sha256'];
const message = Buffer.from('{"_type":"timestamp"}');

describe('a key in a PKCS#11 token', () => {
  let token: TestToken;
  let access: KeyAccess;

  before(function () {
    if (!softHsmAvailable()) this.skip();
  });
  beforeEach(() => {
    token = createToken('tuf test ä');
    token.use();
    access = { pkcs11Module: token.module };
  });
  afterEach(() => {
    token.dispose();
  });

  for (const scheme of schemes) {
    it(`signs with ${scheme} what software verifies`, async () => {
      const made = await generateKey(token.uri('online'), scheme, access);
      const signer = await openSigner(token.uri('online'), access);
      try {
        for (let n = 0; n < 20; n += 1) {
          const bytes = Buffer.from(`message ${n}`);
          assert.ok(verifySignature(made, bytes, await signer.sign(bytes)));
        }
        assert.equal(signer.key.keyid, made.keyid);
        assert.equal(made.scheme, scheme);
      } finally {
        await signer.close();
      }
    });
  }

  it('signs for several callers at once, each in its turn', async () => {
    await generateKey(token.uri('online'), 'ecdsa-sha2-nistp256', access);
    await generateKey(token.uri('other'), 'ed25519', access);
    const signers = await Promise.all(
      ['online', 'other'].map((object) => openSigner(token.uri(object), access)),
    );
    const signed = Array.from({ length: 50 }, (_, n) => Buffer.from(`message ${n}`)).flatMap(
      (bytes) =>
        signers.map(async (signer) => verifySignature(signer.key, bytes, await signer.sign(bytes))),
    );
    assert.deepEqual(new Set(await Promise.all(signed)), new Set([true]));
    await signers[0]?.close();
    assert.ok(await signers[1]?.sign(message), 'closing one key leaves the other open');
    await signers[1]?.close();
  });

  it('is made so that it cannot leave the token', async () => {
    await generateKey(token.uri('online'), 'ecdsa-sha2-nistp256', access);
    withRawSession(token, (lib, session) => {
      lib.C_FindObjectsInit(session, [
        { type: binding().CKA_CLASS, value: binding().CKO_PRIVATE_KEY },
      ]);
      const [key] = lib.C_FindObjects(session, 2);
      lib.C_FindObjectsFinal(session);
      assert(key !== undefined);
      const is = (type: number) => lib.C_GetAttributeValue(session, key, [{ type }])[0]?.value[0];
      assert.equal(is(binding().CKA_SENSITIVE), 1);
      assert.equal(is(binding().CKA_ALWAYS_SENSITIVE), 1);
      assert.equal(is(binding().CKA_EXTRACTABLE), 0);
      assert.equal(is(binding().CKA_NEVER_EXTRACTABLE), 1);
      assert.equal(is(binding().CKA_LOCAL), 1);
      assert.equal(is(binding().CKA_PRIVATE), 1);
    });
    const notices: string[] = [];
    const signer = await openSigner(token.uri('online'), {
      ...access,
      notice: (text) => notices.push(text),
    });
    await signer.close();
    assert.deepEqual(notices, []);
  });

  it('is talked about when it could leave the token', async () => {
    withRawSession(token, (lib, session) => {
      rawKeyPair(lib, session, 'loose', {
        more: [
          { type: binding().CKA_EXTRACTABLE, value: true },
          { type: binding().CKA_SENSITIVE, value: false },
        ],
      });
    });
    const notices: string[] = [];
    const signer = await openSigner(token.uri('loose'), {
      ...access,
      notice: (text) => notices.push(text),
    });
    await signer.close();
    assert.equal(notices.length, 1);
    assert.match(notices.join(), /not sensitive.*extracted/);
  });

  it('is given its PIN for every signature when it wants that', async () => {
    withRawSession(token, (lib, session) => {
      const more = [{ type: binding().CKA_ALWAYS_AUTHENTICATE, value: true }];
      rawKeyPair(lib, session, 'careful', { more });
    });
    const signer = await openSigner(token.uri('careful'), access);
    assert.ok(verifySignature(signer.key, message, await signer.sign(message)));
    assert.ok(verifySignature(signer.key, message, await signer.sign(message)));
    await signer.close();
  });

  it('is never made over another of its name', async () => {
    const made = await generateKey(token.uri('online'), 'ed25519', access);
    await rejectsWithFault(
      'signer.key-exists',
      generateKey(token.uri('online'), 'ed25519', access),
    );
    const elsewhere = token.uri('online').replace('object=online', 'object=other;id=%01');
    await generateKey(elsewhere, 'ed25519', access);
    const sameId = elsewhere.replace('object=other', 'object=third');
    await rejectsWithFault('signer.key-exists', generateKey(sameId, 'ed25519', access));
    assert.equal((await showKey(token.uri('online'), access)).keyid, made.keyid);
    assert.equal((await listKeys(access)).length, 2);
  });

  it('is not made without a label, or with an RSA size that clients refuse', async () => {
    const uri = token.uri('x').replace('object=x', 'id=%01');
    await rejectsWithFault('signer.uri', generateKey(uri, 'ed25519', access));
    const rsa = generateKey(token.uri('rsa'), 'rsassa-pss-sha256', { ...access, rsaBits: 1024 });
    await rejectsWithFault('signer.unsupported', rsa);
    assert.deepEqual(await listKeys(access), []);
  });

  it('is listed and shown without a PIN, under a URI that names it alone', async () => {
    for (const scheme of schemes) await generateKey(token.uri(scheme), scheme, access);
    const keys = await listKeys(access);
    assert.deepEqual(keys.map(({ label }) => label).sort(), [...schemes].sort());
    for (const { uri, key } of keys) assert.equal((await showKey(uri, access)).keyid, key.keyid);
  });

  it('is left out of the list when it is of a kind that is not signed with', async () => {
    withRawSession(token, (lib, session) =>
      rawKeyPair(lib, session, 'p384', { curve: '06052b81040022' }),
    );
    assert.deepEqual(await listKeys(access), []);
    await rejectsWithFault('signer.unsupported', openSigner(token.uri('p384'), access));
  });

  it('is chosen by its id when two have one label', async () => {
    withRawSession(token, (lib, session) => {
      rawKeyPair(lib, session, 'twin', { id: '01' });
      rawKeyPair(lib, session, 'twin', { id: '02' });
    });
    await rejectsWithFault('signer.key-ambiguous', openSigner(token.uri('twin'), access));
    await rejectsWithFault('signer.key-ambiguous', showKey(token.uri('twin'), access));
    const second = await openSigner(
      token.uri('twin').replace('object=twin', 'object=twin;id=%02'),
      access,
    );
    assert.ok(verifySignature(second.key, message, await second.sign(message)));
    await second.close();
  });

  it('is in the token of the right serial number when two have one label', async () => {
    token.another(token.label);
    await rejectsWithFault('signer.token', openSigner(token.uri('online'), access));
    const serials = withoutKeys(token);
    const uri = token.uri('online').replace('object=', `serial=${serials[1] ?? ''};object=`);
    const made = await generateKey(uri, 'ed25519', access);
    const signer = await openSigner(uri, access);
    assert.equal(signer.key.keyid, made.keyid);
    await signer.close();
    const other = uri.replace(serials[1] ?? '', serials[0] ?? '');
    await rejectsWithFault('signer.key-not-found', openSigner(other, access));
  });

  it('does not sign when the public key beside it is another one’s', async () => {
    withRawSession(token, (lib, session) => {
      const wanted = rawKeyPair(lib, session, 'online', { id: '01' });
      const other = rawKeyPair(lib, session, 'other', { id: '02' });
      lib.C_DestroyObject(session, wanted.publicKey);
      lib.C_SetAttributeValue(session, other.publicKey, [
        { type: binding().CKA_ID, value: Buffer.of(1) },
      ]);
    });
    const signer = await openSigner(token.uri('online'), access);
    await rejectsWithFault('signer.wrong-key', signer.sign(message));
    await signer.close();
  });

  it('does not sign once it is closed, and closing it twice does no harm', async () => {
    await generateKey(token.uri('online'), 'ed25519', access);
    const signer = await openSigner(token.uri('online'), access);
    const other = await openSigner(token.uri('online'), access);
    await signer.close();
    await signer.close();
    await rejectsWithFault('signer.unavailable', signer.sign(message));
    assert.ok(verifySignature(other.key, message, await other.sign(message)));
    await other.close();
  });

  it('is missed by name: the key, the token, the module, and no module at all', async () => {
    await generateKey(token.uri('online'), 'ed25519', access);
    const uri = token.uri('online');
    await rejectsWithFault('signer.key-not-found', openSigner(token.uri('none'), access));
    await rejectsWithFault('signer.key-not-found', showKey(token.uri('none'), access));
    await rejectsWithFault('signer.token', openSigner(uri.replace('token=', 'token=un'), access));
    await rejectsWithFault('signer.module', openSigner(uri, { pkcs11Module: '/none.so' }));
    await rejectsWithFault('signer.module', openSigner(uri, { pkcs11Module: token.pinFile }));
    await rejectsWithFault('signer.module', openSigner(uri));
    await rejectsWithFault('signer.module', listKeys({}));
  });

  it('refuses a wrong PIN with what is known of the tries left', async () => {
    await generateKey(token.uri('online'), 'ed25519', access);
    writeFileSync(token.pinFile, '4321');
    const error = await rejectsWithFault('signer.pin', openSigner(token.uri('online'), access));
    assert.match(error.hint ?? '', /few tries/);
    await rejectsWithFault('signer.pin', generateKey(token.uri('new'), 'ed25519', access));
    writeFileSync(token.pinFile, token.pin);
    await (await openSigner(token.uri('online'), access)).close();
    assert.equal((await listKeys(access)).length, 1);
  });

  it('refuses a PIN file that others can read, before the token sees it', async () => {
    await generateKey(token.uri('online'), 'ed25519', access);
    chmodSync(token.pinFile, 0o644);
    await rejectsWithFault('signer.pin-source', openSigner(token.uri('online'), access));
  });

  it('asks a person for the PIN, once, when the URI names no file', async () => {
    await generateKey(token.uri('online'), 'ed25519', access);
    const asked: string[] = [];
    const secret = (what: string) => {
      asked.push(what);
      return Promise.resolve(token.pin);
    };
    const uri = token.uri('online').split('?')[0] ?? '';
    const signer = await openSigner(uri, { ...access, secret });
    await signer.sign(message);
    await signer.close();
    assert.deepEqual(asked, [`PIN of token ${token.label}`]);
  });
});

function withoutKeys(token: TestToken): string[] {
  return withRawSession(token, (lib) =>
    lib
      .C_GetSlotList(true)
      .map((slot) => lib.C_GetTokenInfo(slot))
      .filter(({ label }) => label.trim() === token.label)
      .map(({ serialNumber }) => serialNumber.trim()),
  );
}
