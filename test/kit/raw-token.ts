import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as pkcs11js from 'pkcs11js';
import type { Handle, KeyPair, PKCS11, Template } from 'pkcs11js';
import type { TestToken } from './softhsm.ts';

const require = createRequire(import.meta.url);

/** The binding, past everything of ours: what another program does to a token. */
export function binding(): typeof pkcs11js {
  return require('pkcs11js') as typeof pkcs11js;
}

/** The module as this process has it loaded, in the state in which our own code left it. */
export function rawModule(token: TestToken): PKCS11 {
  return new (binding().PKCS11)(token.module);
}

/** Runs `work` in a session of its own that is logged in, while nobody else uses the module. */
export function withRawSession<T>(token: TestToken, work: (lib: PKCS11, session: Handle) => T): T {
  const lib = rawModule(token);
  lib.C_Initialize();
  try {
    const flags = binding().CKF_SERIAL_SESSION | binding().CKF_RW_SESSION;
    const session = lib.C_OpenSession(slotOf(lib, token), flags);
    lib.C_Login(session, binding().CKU_USER, token.pin);
    return work(lib, session);
  } finally {
    lib.C_Finalize();
  }
}

export function slotOf(lib: PKCS11, token: TestToken): Handle {
  const slot = lib
    .C_GetSlotList(true)
    .find((one) => lib.C_GetTokenInfo(one).label.trim() === token.label);
  assert(slot !== undefined, `no token ${token.label}`);
  return slot;
}

/** A key pair with just these attributes, P-256 unless `publicTemplate` says otherwise. */
export function rawKeyPair(
  lib: PKCS11,
  session: Handle,
  label: string,
  {
    curve = '06082a8648ce3d030107',
    id = '01',
    more = [],
  }: { curve?: string; id?: string; more?: Template } = {},
): KeyPair {
  const c = binding();
  const common: Template = [
    { type: c.CKA_TOKEN, value: true },
    { type: c.CKA_LABEL, value: label },
    { type: c.CKA_ID, value: Buffer.from(id, 'hex') },
  ];
  return lib.C_GenerateKeyPair(
    session,
    { mechanism: c.CKM_EC_KEY_PAIR_GEN },
    [
      ...common,
      { type: c.CKA_PRIVATE, value: false },
      { type: c.CKA_EC_PARAMS, value: Buffer.from(curve, 'hex') },
    ],
    [...common, { type: c.CKA_SIGN, value: true }, { type: c.CKA_PRIVATE, value: true }, ...more],
  );
}

/** Destroys everything in the token that has this label. */
export function destroyLabelled(lib: PKCS11, session: Handle, label: string): void {
  lib.C_FindObjectsInit(session, [{ type: binding().CKA_LABEL, value: label }]);
  const found = lib.C_FindObjects(session, 100);
  lib.C_FindObjectsFinal(session);
  for (const object of found) lib.C_DestroyObject(session, object);
}
