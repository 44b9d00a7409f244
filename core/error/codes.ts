/**
 * Every code this project reports, by family. Codes are an interface: they are never renamed.
 *
 * The families up to `policy` are the rules of the gate (core/rules/catalogue.ts explains each, and
 * docs/rules.md lists them for people); the others belong to the parts that act: client, git,
 * signer, daemon, command line.
 */
const ruleFamilies = {
  git: [
    'ref',
    'delete',
    'force-push',
    'several-refs',
    'merge',
    'unrelated-history',
    'mode',
    'executable',
    'name',
    'twin',
    'empty-tree',
    'ghost-file',
    'online-file',
    'path-not-allowed',
    'too-large',
    'too-many',
    'rejected',
    'log-date',
    'unable',
  ],
  json: [
    'utf8',
    'syntax',
    'too-deep',
    'duplicate-key',
    'number',
    'text',
    'key',
    'envelope',
    'shape',
    'unknown-field',
    'disagreement',
  ],
  role: [
    'type',
    'spec-version',
    'version',
    'version-not-next',
    'changed-version',
    'expired',
    'lives-too-long',
    'threshold',
    'missing',
    'other-repository',
  ],
  root: [
    'not-pinned',
    'version-not-next',
    'threshold',
    'history',
    'roles',
    'consistent-snapshot',
    'online-key',
    'min-threshold',
  ],
  signature: ['form', 'empty', 'duplicate', 'unauthorised', 'invalid', 'too-many'],
  key: ['form', 'unsupported', 'id', 'same-key', 'shared-online'],
  name: ['form', 'twin', 'two-delegators'],
  path: [
    'form',
    'twin',
    'folder',
    'pattern',
    'outside-delegation',
    'shadowed',
    'shadows',
    'now-shadowed',
    'too-many-roles',
  ],
  delegation: [
    'form',
    'threshold',
    'unknown-key',
    'wider',
    'cycle',
    'too-deep',
    'hash-prefixes',
    'succinct-not-yet',
  ],
  target: ['hashes', 'hash', 'length', 'missing', 'custom', 'lfs-pointer'],
  size: ['root', 'targets', 'snapshot', 'target'],
  event: ['form', 'adds-nothing', 'unauthorised', 'drops-signature', 'too-many', 'withdrawn'],
  'online-role': ['form', 'key', 'lives-too-long'],
  policy: ['form'],
} as const;

/** Codes of the parts that act: client, git, signer, daemon, command line. */
type ActingCode =
  | 'rollback.main'
  | 'rollback.root'
  | 'rollback.timestamp'
  | 'rollback.snapshot'
  | 'rollback.targets'
  | 'version.mismatch'
  | 'metadata.length'
  | 'metadata.hash'
  | 'metadata.order'
  | 'search.not-found'
  | 'download.unreachable'
  | 'download.certificate'
  | 'download.proxy'
  | 'download.status'
  | 'download.too-long'
  | 'download.too-short'
  | 'download.too-slow'
  | 'download.redirected'
  | 'download.encoded'
  | 'client.not-trusted-yet'
  | 'client.already-trusted'
  | 'client.ambiguous'
  | 'client.configuration'
  | 'client.locked'
  | 'client.offline'
  | 'client.storage'
  | 'repository.git'
  | 'repository.missing'
  | 'repository.stale'
  | 'repository.not-found'
  | 'repository.refused'
  | 'repository.object'
  | 'repository.unreachable'
  | 'signer.passphrase'
  | 'signer.pin'
  | 'signer.pin-source'
  | 'signer.key-not-found'
  | 'signer.key-ambiguous'
  | 'signer.key-file'
  | 'signer.key-exists'
  | 'signer.module'
  | 'signer.token'
  | 'signer.uri'
  | 'signer.unavailable'
  | 'signer.refused'
  | 'signer.wrong-key'
  | 'signer.unsupported'
  | 'publish.bad-tip'
  | 'publish.journal'
  | 'publish.record'
  | 'publish.file-changed'
  | 'publish.still-listed'
  | 'publish.clock'
  | 'publish.below-floor'
  | 'publish.behind'
  | 'publish.witness'
  | 'publish.stalled'
  | 'publish.not-ready'
  | 'home.missing'
  | 'home.exists'
  | 'home.configuration'
  | 'home.format'
  | 'home.backup'
  | 'home.shared'
  | 'home.locked'
  | 'home.port-in-use'
  | 'home.not-writable'
  | 'home.token'
  | 'token.required'
  | 'token.unknown'
  | 'token.scope'
  | 'token.prefix'
  | 'token.exposed'
  | 'request.form'
  | 'request.method'
  | 'request.too-large'
  | 'request.too-many'
  | 'blob.hash'
  | 'blob.length'
  | 'blob.range'
  | 'blob.too-large'
  | 'blob.quota'
  | 'blob.disk-full'
  | 'blob.not-found'
  | 'change.form'
  | 'change.no-base'
  | 'change.stale'
  | 'change.not-found'
  | 'workspace.missing'
  | 'workspace.dirty'
  | 'workspace.not-allowed'
  | 'workspace.nothing-to-do'
  | 'workspace.no-key'
  | 'workspace.base'
  | 'workspace.waiting'
  | 'usage.argument'
  | 'usage.no-terminal';

type CodeOf<Families extends Record<string, readonly string[]>> = {
  [Family in keyof Families & string]: `${Family}.${Families[Family][number]}`;
}[keyof Families & string];

export type RuleCode = CodeOf<typeof ruleFamilies>;
export type Code = RuleCode | ActingCode;

/** All rule codes, in the order of the catalogue. */
export const ruleCodes: readonly RuleCode[] = Object.entries(ruleFamilies).flatMap(
  ([family, names]) => names.map((name) => `${family}.${name}` as RuleCode),
);
