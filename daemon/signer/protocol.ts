import { z } from 'zod';
import type { Code } from '../../core/error/codes.ts';
import type { Finding } from '../../core/error/error.ts';
import { keyJsonSchema } from '../../core/signers/key-json.ts';

/**
 * What daemon and signer say to each other: one JSON message each way for one request, over node's
 * IPC channel, so that nothing which a PKCS#11 module prints can get in between. Both sides check
 * what they receive.
 */
export type OnlineRole = 'snapshot' | 'timestamp';

/** Largest metadata the signer looks at: the ceiling of a snapshot (`size.snapshot`), and room. */
export const maxSignedBytes = 8 * 1024 * 1024;

const id = z.int().min(0);
const keyid = z.string().regex(/^[0-9a-f]{64}$/);
/** The canonical form of `signed`. */
const signedBytes = z.base64().max(Math.ceil(maxSignedBytes / 3) * 4);
const delegatedRole = z.string().min(1).max(100);

export const requestSchema = z.discriminatedUnion('ask', [
  /** The keys of snapshot and timestamp, or the one of a delegated role. */
  z.strictObject({ id, ask: z.literal('keys'), of: delegatedRole.optional() }),
  z.strictObject({
    id,
    ask: z.literal('sign'),
    role: z.enum(['snapshot', 'timestamp']),
    bytes: signedBytes,
    /** Only these keys sign; all by default. */
    keyids: z.array(keyid).min(1).max(8).optional(),
  }),
  z.strictObject({ id, ask: z.literal('sign-delegated'), role: delegatedRole, bytes: signedBytes }),
  /** Where the keys of snapshot and timestamp are. */
  z.strictObject({ id, ask: z.literal('places') }),
  /** The highest versions that were let out: no key is needed to tell. */
  z.strictObject({ id, ask: z.literal('floor') }),
]);

export type Request = z.infer<typeof requestSchema>;
export type SignRequest = Extract<Request, { ask: 'sign' }>;
export type SignDelegatedRequest = Extract<Request, { ask: 'sign-delegated' }>;

/** A signature as metadata carries it: TUF 1.0.34 §4.2. */
const signature = z.strictObject({ keyid, sig: z.string().regex(/^([0-9a-f]{2})+$/) });
export type OnlineSignature = Readonly<z.infer<typeof signature>>;

/** What can go wrong in the signer; anything else is `signer.unavailable`. */
const codes = [
  'signer.passphrase',
  'signer.pin',
  'signer.pin-source',
  'signer.key-not-found',
  'signer.key-ambiguous',
  'signer.key-file',
  'signer.module',
  'signer.token',
  'signer.uri',
  'signer.unavailable',
  'signer.refused',
  'signer.wrong-key',
  'signer.unsupported',
  'home.missing',
  'home.configuration',
  'key.form',
  'key.unsupported',
] as const satisfies readonly Code[];

export const findingSchema = z.strictObject({
  code: z.enum(codes),
  where: z.string().max(4096),
  message: z.string().max(4096),
  hint: z.string().max(4096).exactOptional(),
});

const version = z.int().min(0);
/** The last version of each role that left the signer; 0 before the first. */
const floorVersions = z.strictObject({ snapshot: version, timestamp: version });
export type FloorVersions = Readonly<z.infer<typeof floorVersions>>;

const keyPlace = z.enum(['token', 'file']);
/** What holds a private key. */
export type KeyPlace = z.infer<typeof keyPlace>;
const placedKey = z.strictObject({ keyid, place: keyPlace });
export type PlacedKey = Readonly<z.infer<typeof placedKey>>;

export const answerSchema = z.union([
  z.strictObject({ id, floor: floorVersions }),
  z.strictObject({ id, keys: z.array(keyJsonSchema) }),
  z.strictObject({ id, places: z.array(placedKey).max(8) }),
  z.strictObject({ id, signatures: z.array(signature) }),
  z.strictObject({ id, error: findingSchema }),
]);

export type Answer = z.infer<typeof answerSchema>;

/** The finding that may leave the signer: a known code, and no more than its four fields. */
export function outgoing({ code, where, message, hint }: Finding): z.infer<typeof findingSchema> {
  const bare = { where, message, ...(hint === undefined ? {} : { hint }) };
  return { code: codes.find((known) => known === code) ?? 'signer.unavailable', ...bare };
}
