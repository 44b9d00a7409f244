/** Parts of entries of targets that some rule or some client may not like. */
import type { JsonObject, JsonValue } from '../../../../core/metadata/json.ts';

export const oddParts: readonly string[] = [
  ...[
    '.',
    '..',
    '',
    'A',
    'a%2fb',
    'a?b',
    'a#b',
    'a\\b',
    'a b',
    'u\u0308',
    'ü',
    '日本',
    '*',
    '[a]',
    '-a',
    '.a',
  ],
  ...[
    'CON',
    'a:b',
    'h'.repeat(121),
    'i'.repeat(250),
    `${'0'.repeat(64)}.a`,
    '__proto__',
    'constructor',
    'a\nb',
  ],
];

export const oddCustoms: readonly JsonValue[] = [
  ...[
    null,
    {},
    [],
    'text',
    { a: null },
    { __proto__x: 1 },
    { constructor: 1 },
    { a: 'x'.repeat(17_000) },
  ],
  ...[
    { ｾ: 1, '😀': 2 },
    { a: '\u0000' },
    { a: '\ud800' },
    { a: 9_007_199_254_740_991 },
    { '': '' },
  ],
];

export const otherHashes: readonly ((entry: JsonObject) => JsonObject)[] = [
  () => ({}),
  () => ({ sha256: '0'.repeat(64) }),
  ({ hashes }) => ({ ...(hashes as JsonObject), sha256: sha256In(hashes).toUpperCase() }),
  ({ hashes }) => ({ ...(hashes as JsonObject), md5: '0'.repeat(32) }),
  ({ hashes }) => ({ ...(hashes as JsonObject), sha512: '0'.repeat(128) }),
  ({ hashes }) => ({ sha512: (hashes as JsonObject)['sha512'] ?? '' }),
  ({ hashes }) => ({ sha256: sha256In(hashes) }),
];

function sha256In(hashes: JsonValue | undefined): string {
  return (hashes as { readonly sha256: string }).sha256;
}
