/**
 * The rooms of the source tree and what each may import: the direction of every arrow, read by lint
 * and by the test of the import edges. A room may always import itself.
 */
const core = [
  'core/error',
  'core/files',
  'core/lock',
  'core/metadata',
  'core/rules',
  'core/git',
  'core/blobs',
  'core/gate',
  'core/signers',
  'core/home',
  'core/start',
];

/** @type {Record<string, readonly string[]>} */
export const rooms = {
  'core/error': [],
  'core/files': ['core/error'],
  'core/lock': ['core/error'],
  'core/metadata': ['core/error'],
  'core/rules': ['core/error', 'core/metadata'],
  'core/git': ['core/error', 'core/files', 'core/metadata'],
  'core/blobs': ['core/error', 'core/files', 'core/metadata'],
  'core/gate': ['core/error', 'core/metadata', 'core/rules', 'core/git', 'core/blobs'],
  'core/signers': ['core/error', 'core/metadata'],
  'core/home': ['core/error', 'core/files', 'core/lock', 'core/metadata'],
  'core/start': [],
  hooks: core,
  daemon: core,
  client: ['core/error', 'core/lock', 'core/metadata'],
  cli: [...core, 'client'],
  'example-repo': [],
};

/** Programs: nobody imports them; only `cli` may reach the others, by a lazy `import()`. */
export const programs = ['hooks', 'daemon', 'cli'];

/** Rooms that watch the others: they may import anything, and only they import each other. */
export const observers = ['test', 'bench', 'scripts'];
