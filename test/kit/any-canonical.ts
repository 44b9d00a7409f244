import { canonicalize } from '@tufjs/canonical-json';
import type { JsonValue } from '../../core/metadata/json.ts';

/** What somebody signs who does not ask whether it has a canonical form: `canonicalBytes` would. */
export function anyCanonicalBytes(json: JsonValue): Uint8Array {
  return Buffer.from(canonicalize(json));
}
