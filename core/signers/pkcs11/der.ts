/**
 * The little DER that lies between PKCS#11 and TUF.
 */

/** `ECDSA-Sig-Value` (RFC 3279 §2.2.3) of the raw r‖s that CKM_ECDSA gives (PKCS#11 2.40 §2.3.1). */
export function ecdsaToDer(raw: Uint8Array): Buffer {
  const half = raw.length / 2;
  const body = Buffer.concat([integer(raw.subarray(0, half)), integer(raw.subarray(half))]);
  return tagged(0x30, body);
}

/** The contents of an OCTET STRING, when `bytes` is exactly one of `length`; else undefined. */
export function unwrapOctets(bytes: Buffer, length: number): Buffer | undefined {
  const contents = bytes.subarray(-length);
  return tagged(0x04, contents).equals(bytes) ? contents : undefined;
}

/** A positive INTEGER: no leading zeros, but one where the top bit would make it negative. */
function integer(magnitude: Uint8Array): Buffer {
  const first = magnitude.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Buffer.of(0) : Buffer.from(magnitude.subarray(first));
  const isTopBitSet = ((digits[0] ?? 0) & 0x80) !== 0;
  return tagged(0x02, isTopBitSet ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

/** For contents shorter than 128 bytes: all that P-256 and Ed25519 need. */
function tagged(tag: number, contents: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag, contents.length), contents]);
}
