/** Of the files that changed: what git and JSON make of them, before anything is loaded as metadata. */
import { checkBytes, checkSize } from './bytes-rules.ts';
import {
  entryOf,
  isFile,
  isMetadataFile,
  type RepositoryState,
  type StateChange,
  type StateEntry,
  type TransitionContext,
} from './state.ts';
import { checkTree } from './tree-rules.ts';
import { finding, type RuleFinding } from './verdict.ts';

/** @param context how much metadata one commit may change */
export async function checkForm({
  before,
  after,
  changes,
  context: { maxMetadataBytes = Infinity },
}: {
  readonly before: RepositoryState | undefined;
  readonly after: RepositoryState;
  readonly changes: readonly StateChange[];
  readonly context: Pick<TransitionContext, 'maxMetadataBytes'>;
}): Promise<readonly RuleFinding[]> {
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
    const checks = some.map((entry, index) => checkFile(entry, sizes[index] ?? 0, after));
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
): Promise<RuleFinding[]> {
  const tooLarge = [...checkSize(entry.shown, size)];
  if (tooLarge.length > 0) return tooLarge;
  return [...checkBytes(entry.shown, await state.read(entry))];
}

function isMetadata({ path = '', after }: StateChange): boolean {
  return after !== undefined && isFile(after) && isMetadataFile(path);
}
