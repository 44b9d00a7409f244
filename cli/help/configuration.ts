/** The settings, by their schemas: names and defaults are taken from there, and a test asks for the words. */
import { z } from 'zod';
import { configSchema } from '../../core/home/config.ts';
import { signerSettingsSchema } from '../../core/home/signer-settings.ts';
import { definitions, paragraph } from './layout.ts';

export const daemonSettings: Readonly<Record<string, string>> = {
  format: 'The format of this HOME; serve --upgrade brings an older one to the newest.',
  'content.listen': 'What clients read is served there. Port 0 takes a free one.',
  'content.url': 'Where clients read, when something stands before that listener.',
  'console.listen': 'Git over HTTP, the API, the web page and health are served there.',
  'console.proxies':
    'Addresses of proxies that end TLS: tokens that come through them are not exposed.',
  'tls.cert': 'The certificate of both listeners, in PEM, with its chain; a path from HOME.',
  'tls.key': 'Its key, in PEM.',
  'git.fetch': 'Who may fetch over HTTP: open, or token for whoever has one for pushes.',
  witness:
    'Other servers of this repository, which tell a daemon that starts whether its HOME is old.',
  timestampLifetimeHours: 'How long a timestamp is valid; it is renewed at a third of that.',
  snapshotLifetimeHours: 'How long a snapshot is valid; it is renewed at half of that.',
  onlineRoleLifetimeDays: 'How long a version lives of a role that this server signs.',
  signerTimeoutSeconds: 'How long the signer may take for one answer.',
  signerSocket: 'The socket of a signer of another account; without, the daemon starts the signer.',
  'retention.metadataHours': 'How long metadata that is replaced stays readable.',
  'retention.removedTargetHours':
    'How long target files stay readable that no role lists any more.',
  reconcileIntervalSeconds: 'How often the daemon looks at main without being told.',
  gate: 'Limits of the hook, by their names in the policy of root: they only make it stricter.',
  'uploads.maxBlobBytes': 'The largest file that is taken into the blob store.',
  'uploads.quotaBytes': 'What one token may have there that is not public yet.',
  'uploads.minFreeBytes': 'What uploads leave free on the disk.',
  'uploads.keepHours': 'How long an upload is kept that no commit refers to.',
  'uploads.maxConcurrent': 'How many are taken at once; more wait.',
  expiryNoticeDays: 'How long before it expires a role that people sign is announced.',
  prepareSigningEvents: 'Opens a signing event for each role that is announced.',
  'webhook.url': 'Where alarms, expiries, generations and events that wait are told.',
  'webhook.secretFile': 'The secret that these are signed with: a path from HOME, mode 0600.',
  logLevel: 'debug, info, warn, error or silent.',
};

export const signerSettings: Readonly<Record<string, string>> = {
  format: 'The format of this file.',
  keys: 'URIs of the online keys; all of them sign. Paths are from the folder of this file.',
  onlineRoles: 'Delegated roles that this server signs, each with the URI of its key.',
  pkcs11Module: 'The library of the PKCS#11 token.',
  'maxLifeHours.snapshot': 'How far ahead the expiry of a snapshot may lie.',
  'maxLifeHours.timestamp': 'The same of a timestamp.',
  'maxLifeHours.onlineRoles': 'The same of roles that this server signs.',
  maxVersionStep: 'How far a version may lie above the last one signed.',
  maxRequestsPerMinute: 'Requests for signatures in any minute.',
  timeoutSeconds: 'How long one answer may take when the signer has an account of its own.',
};

export function text(): string {
  return [
    paragraph(
      'HOME/config.json is the daemon’s. Unknown names are refused; the value behind a colon holds where nothing is said. Whatever changes a verdict is signed into root instead.',
    ),
    list(configSchema, daemonSettings),
    'HOME/signer/settings.json is the signer’s:',
    list(signerSettingsSchema, signerSettings),
  ].join('\n\n');
}

function list(schema: z.ZodType, words: Readonly<Record<string, string>>): string {
  const lines = settingsOf(schema).map(({ name, usual }) => {
    return [usual === undefined ? name : `${name}: ${usual}`, words[name] ?? ''];
  });
  return definitions(Object.fromEntries(lines) as Record<string, string>);
}

interface Setting {
  /** With the name of what it stands in: `content.listen`. */
  readonly name: string;
  /** Its default, as it would be written. */
  readonly usual?: string;
}
interface Described {
  readonly properties?: Readonly<Record<string, Described>>;
  readonly default?: unknown;
}

export function settingsOf(schema: z.ZodType): readonly Setting[] {
  return below(z.toJSONSchema(schema, { io: 'input' }) as Described, '');
}

function below({ properties = {} }: Described, prefix: string): readonly Setting[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    if (value.properties !== undefined) return below(value, `${name}.`);
    return [
      value.default === undefined ? { name } : { name, usual: JSON.stringify(value.default) },
    ];
  });
}
