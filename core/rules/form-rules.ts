/** Of the files that changed: what git and JSON make of them, before anything is loaded as metadata. */
import { TufOnGitError } from '../error/error.ts';
import { documentOf } from '../metadata/document.ts';
import type { JsonValue } from '../metadata/json.ts';
import { checkSize, readBytes } from './bytes-rules.ts';
import type { DocumentCache } from './repository.ts';
import {
  entryOf,
  isFile,
  isMetadataFile,
  roleOf,
  type RepositoryState,
  type StateChange,
  type StateEntry,
  type TransitionContext,
} from './state.ts';
import { checkTree } from './tree-rules.ts';
import { finding, type RuleFinding } from './verdict.ts';

/**
 * @param context how much metadata one commit may change
 * @param cache gets what was read
 */
export async function checkForm(
  {
    before,
    after,
    changes,
    context: { maxMetadataBytes = Infinity },
  }: {
    readonly before: RepositoryState | undefined;
    readonly after: RepositoryState;
    readonly changes: readonly StateChange[];
    readonly context: Pick<TransitionContext, 'maxMetadataBytes'>;
  },
  cache: DocumentCache,
): Promise<readonly RuleFinding[]> {
  const inTree = await checkTree(changes, after);
  if (inTree.length > 0) return inTree;
  const entries = changes.flatMap((change) => {
    if (change.after === undefined || !isMetadata(change)) return [];
    const isSame = before !== undefined && change.before?.oid === change.after.oid;
    return isSame ? [] : [entryOf(change, change.after)];
  });
  const found: RuleFinding[] = [];
  let bytes = 0;
  for (let at = 0; at < entries.length; at += readAtOnce) {
    const some = entries.slice(at, at + readAtOnce);
    const sizes = await Promise.all(some.map((entry) => after.size(entry)));
    bytes += sizes.reduce((sum, size) => sum + size, 0);
    if (bytes > maxMetadataBytes) return [tooMuchMetadata(maxMetadataBytes)];
    const checks = some.map((entry, index) => checkFile(entry, sizes[index] ?? 0, after, cache));
    for (const each of await Promise.all(checks)) found.push(...each);
  }
  return found;
}

function tooMuchMetadata(most: number): RuleFinding {
  const message = `one commit changes more than ${most} bytes of metadata`;
  return finding('git.too-large', 'metadata', message, 'change it in several commits');
}

/** Reading one by one waits for git each time; all at once would not fit. */
const readAtOnce = 16;

async function checkFile(
  entry: StateEntry,
  size: number,
  state: RepositoryState,
  cache: DocumentCache,
): Promise<readonly RuleFinding[]> {
  const tooLarge = [...checkSize(entry.shown, size)];
  if (tooLarge.length > 0) return tooLarge;
  const bytes = await state.read(entry);
  const { findings, json } = readBytes(entry.shown, bytes);
  if (json !== undefined) remember(entry, bytes, json, cache);
  return findings;
}

/** A fault in it is left to whoever loads it: the file may be none that anything names. */
function remember(
  { path = '', shown, oid }: StateEntry,
  bytes: Uint8Array,
  json: JsonValue,
  cache: DocumentCache,
): void {
  const type = roleOf(path) === undefined ? 'root' : 'targets';
  try {
    cache.set(oid, documentOf(type, json, bytes, shown));
  } catch (error) {
    if (!(error instanceof TufOnGitError)) throw error;
  }
}

function isMetadata({ path = '', after }: StateChange): boolean {
  return after !== undefined && isFile(after) && isMetadataFile(path);
}
