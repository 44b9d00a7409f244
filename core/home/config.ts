import { z } from 'zod';
import { readLimits } from '../metadata/limits.ts';
import { maxOnlineRoleDays } from '../metadata/policy.ts';

const gibibyte = 1 << 30;

/** The HOME format that this version reads and writes. */
export const homeFormat = 1;

const listenAddress = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'must be HOST:PORT, as 127.0.0.1:8080')
  .refine((text) => Number(text.slice(text.lastIndexOf(':') + 1)) <= 65_535, {
    error: 'its port must be 0 to 65535',
  });

const ipAddress = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'must be an IP address, or a subnet as 192.0.2.0/24',
});

/** A URL of another server, which ends up in logs. */
const serverUrl = z.url({ protocol: /^https?$/, abort: true }).refine(
  (text) => {
    const { username, password } = new URL(text);
    return username === '' && password === '';
  },
  { error: 'must have no username or password in it, for it is written to logs' },
);

/**
 * `config.json`: what is local to this server. Whatever changes a verdict is signed into root
 * instead (`x-tuf-on-git-policy`).
 */
export const configSchema = z.strictObject({
  /** Format of this HOME; a newer one is refused. */
  format: z.number().int(),
  /** What clients read and a CDN fronts: `/metadata`, `/targets`. Port 0 takes a free one. */
  content: z
    .strictObject({
      listen: listenAddress.default('127.0.0.1:8080'),
      /**
       * Where clients read, when something stands before this listener, or the web page is looked at from
       * other machines: `https://tuf.example.org`.
       */
      url: z
        .url({ protocol: /^https?$/ })
        .transform((url) => url.replace(/\/+$/, ''))
        .optional(),
    })
    .prefault({}),
  /** What people and tools talk to: git over HTTP, health. */
  console: z
    .strictObject({
      listen: listenAddress.default('127.0.0.1:8081'),
      /**
       * Where proxies that end TLS connect from: tokens that come through them are not exposed. This
       * machine needs no mention.
       */
      proxies: z.array(ipAddress).default([]),
    })
    .prefault({}),
  /** Both listeners speak TLS with this certificate (PEM, its chain included) and key (PEM): paths, from HOME. */
  tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).optional(),
  /** Who may fetch the repository over HTTP: anybody, or who has a token for pushes. */
  git: z.strictObject({ fetch: z.enum(['open', 'token']).default('open') }).prefault({}),
  /**
   * Other servers of this repository, where clients read: a CDN, a mirror. What they serve tells a
   * daemon that starts whether its HOME is an old one, and their clocks whether its own is wrong.
   */
  witness: z
    .array(serverUrl.transform((url) => url.replace(/\/+$/, '')))
    .max(8)
    .default([]),
  /** How long a timestamp is valid; it is renewed at a third of that. */
  timestampLifetimeHours: z
    .number()
    .positive()
    .max(24 * 31)
    .default(24),
  /** How long a snapshot is valid; it is renewed at half of that. */
  snapshotLifetimeHours: z
    .number()
    .positive()
    .max(24 * 90)
    .default(24 * 7),
  /** How long a version of a role lives that this server signs; it is renewed at half of that. */
  onlineRoleLifetimeDays: z.int().min(1).max(maxOnlineRoleDays).default(14),
  /**
   * How long the signer may take for one answer; then it hangs, is killed and started again. One
   * behind a socket has its own `timeoutSeconds`, which should not be longer.
   */
  signerTimeoutSeconds: z.number().min(1).max(600).default(15),
  /**
   * The unix socket of a signer that runs under an account of its own (`tuf-on-git signer`), so that
   * the daemon's account reaches neither keys nor floor. Without it the daemon starts the signer.
   */
  signerSocket: z.string().min(1).optional(),
  /** How long what is public stays readable when the newest generation has it no more. Roots stay. */
  retention: z
    .strictObject({
      /** Metadata that is replaced; in any case for twice the life of a timestamp. */
      metadataHours: z
        .number()
        .positive()
        .max(24 * 366)
        .default(48),
      /** Target files that no role lists any more; in any case as long as metadata. */
      removedTargetHours: z
        .number()
        .positive()
        .max(24 * 366 * 10)
        .default(24 * 30),
    })
    .prefault({}),
  /** How often the daemon looks at `main` without being told. */
  reconcileIntervalSeconds: z.number().positive().max(3600).default(15),
  /**
   * Limits of the hook, by the names that they have in the policy of root: `{"maxPush": {"commits":
   * 100}}`. They only make it stricter.
   */
  gate: z
    .record(z.string(), z.json())
    .prefault({})
    .transform((json) => readLimits(json, 'config.json#/gate')),
  /** Target files that are sent to the blob store by the API. */
  uploads: z
    .strictObject({
      /** The largest file that is taken. */
      maxBlobBytes: z
        .int()
        .min(1)
        .default(5 * gibibyte),
      /** What one token may have in the store that is not public yet, unfinished uploads included. */
      quotaBytes: z
        .int()
        .min(1)
        .default(20 * gibibyte),
      /** What uploads leave free on the disk. */
      minFreeBytes: z.int().min(0).default(gibibyte),
      /** How long an upload is kept that no commit refers to. */
      keepHours: z
        .number()
        .positive()
        .max(24 * 366)
        .default(24 * 7),
      /** How many are taken at once; more wait. */
      maxConcurrent: z.int().min(1).max(1000).default(32),
    })
    .prefault({}),
  /**
   * How long before it expires a role that people sign is announced, where it does not say itself
   * (`x-tuf-on-ci-signing-period`); half of its life (`x-tuf-on-ci-expiry-period`) at most.
   */
  expiryNoticeDays: z.int().min(1).max(366).default(30),
  /**
   * Opens a signing event, `sign/renew-ROLE-VERSION`, for each role that is announced: the same content
   * as its next version, for people to sign.
   */
  prepareSigningEvents: z.boolean().default(false),
  /**
   * Where alarms, expiries ahead, new generations and events that wait for signatures are told: an HTTP
   * POST each, signed as Standard Webhooks asks for with the secret in this file (a path, from HOME; of
   * mode 0600): `whsec_` and base64, or any text of 24 bytes or more.
   */
  webhook: z.strictObject({ url: serverUrl, secretFile: z.string().min(1) }).optional(),
  /** How much the daemon says: pino's levels. */
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type Config = Readonly<z.infer<typeof configSchema>>;
export type ConfigInput = z.input<typeof configSchema>;
