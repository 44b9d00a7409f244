// What an intruder on the server runs: the token signs whatever it is given, for who knows the PIN.
//   node sign-in-token.mjs MODULE TOKEN OBJECT PIN-FILE FILE   prints the signature, in hex
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pkcs11 from 'pkcs11js';

const [module, token, object, pinFile, file] = process.argv.slice(2);
const lib = new pkcs11.PKCS11();
lib.load(module);
lib.C_Initialize();
const slots = lib.C_GetSlotList(true);
const slot = slots.find((one) => lib.C_GetTokenInfo(one).label.trim() === token);
const session = lib.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION);
lib.C_Login(session, pkcs11.CKU_USER, readFileSync(pinFile, 'utf8').trim());
lib.C_FindObjectsInit(session, [
  { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_PRIVATE_KEY },
  { type: pkcs11.CKA_LABEL, value: object },
]);
const [key] = lib.C_FindObjects(session, 1);
lib.C_FindObjectsFinal(session);
lib.C_SignInit(session, { mechanism: pkcs11.CKM_ECDSA }, key);
const digest = createHash('sha256').update(readFileSync(file)).digest();
const raw = lib.C_Sign(session, digest, Buffer.alloc(64));
lib.C_Finalize();
process.stdout.write(`${sequence(raw.subarray(0, 32), raw.subarray(32)).toString('hex')}\n`);

/** ECDSA signatures in metadata are ASN.1, those of PKCS#11 two numbers. */
function sequence(...numbers) {
  const parts = Buffer.concat(numbers.map(integer));
  return Buffer.concat([Buffer.from([0x30, parts.length]), parts]);
}

function integer(bytes) {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(start);
  const value = digits[0] > 127 ? Buffer.concat([Buffer.from([0]), digits]) : digits;
  return Buffer.concat([Buffer.from([0x02, value.length]), value]);
}
