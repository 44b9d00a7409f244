import { checkClientFollows, checkOfflineFollows } from '../../../daemon/record/client-check.ts';
import {
  snapshotMeta,
  snapshotSigned,
  timestampSigned,
} from '../../../daemon/publish/online-metadata.ts';
import { formatDocument, parseDocument, type Document } from '../../../core/metadata/document.ts';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { loadRepository, type LoadedRepository } from '../../../core/rules/repository.ts';
import { throwsFault } from '../../kit/faults.ts';
import { memoryState } from '../../kit/memory-state.ts';
import {
  keysOf,
  makeKey,
  now,
  people,
  putRoot,
  repositoryName,
  rootSigned,
  signaturesOf,
  validTree,
  type TestKey,
} from '../../kit/source-tree.ts';

const { root1, root2, online } = people;
const second = makeKey();

function signed<T extends 'snapshot' | 'timestamp'>(
  type: T,
  json: JsonObject,
  keys: readonly TestKey[],
): Document<T> {
  return parseDocument(type, formatDocument(json, signaturesOf(json, keys)));
}

function publishedSet(repository: LoadedRepository, version: number, keys: readonly TestKey[]) {
  const fields = { version, now, lifeHours: 24, repository: repositoryName };
  const meta = snapshotMeta(repository.roles.values(), undefined);
  const snapshot = signed('snapshot', snapshotSigned(meta, fields), keys);
  return {
    repository,
    snapshot,
    timestamp: signed('timestamp', timestampSigned(snapshot, fields), keys),
  };
}

function withRoot(changes: JsonObject): Promise<LoadedRepository> {
  const tree = validTree();
  putRoot(tree, rootSigned(1), [root1, root2]);
  putRoot(tree, { ...rootSigned(2), ...changes }, [root1, root2]);
  return loadRepository(memoryState(tree));
}

describe('the client’s checks before a generation', () => {
  it('let a root raise the threshold of the online roles: clients drop what they have', async () => {
    const first = await loadRepository(memoryState(validTree()));
    const before = publishedSet(first, 1, [online]);
    const { keys, roles } = rootSigned(2);
    const role = { keyids: [online.keyid, second.keyid], threshold: 2 };
    const next = await withRoot({
      keys: { ...(keys as JsonObject), ...keysOf(second) },
      roles: { ...(roles as JsonObject), snapshot: role, timestamp: role },
    });
    const after = publishedSet(next, 2, [online, second]);
    checkOfflineFollows(first.root, next);
    checkClientFollows({ root: first.root, ...before }, after, now);
  });

  it('refuse a repository under another name before anything is signed', async () => {
    const first = await loadRepository(memoryState(validTree()));
    const name = 'renamed-22222222';
    const next = await withRoot({
      'x-tuf-on-git-policy': { repository: name },
      'x-tuf-on-git-repository': name,
    });
    throwsFault('role.other-repository', () => {
      checkOfflineFollows(first.root, next);
    });
  });
});
