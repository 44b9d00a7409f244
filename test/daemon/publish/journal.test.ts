import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { objectId } from '../../../core/git/object-id.ts';
import { Journal, type Intent } from '../../../daemon/publish/journal.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { freshFolders } from '../../kit/folders.ts';

const intent: Intent = {
  commit: objectId('a'.repeat(40)),
  base: undefined,
  snapshot: { _type: 'snapshot', version: 7 },
  snapshotSignatures: [{ keyid: 'k', sig: 'ab' }],
  timestamp: { _type: 'timestamp', version: 9, naïve: 'ü' },
};

describe('the journal', () => {
  const folder = freshFolders();
  const file = () => path.join(folder(), 'journal.json');

  it('begins empty', async () => {
    const journal = await Journal.open(folder());
    assert.deepEqual(journal.highest, { snapshot: 0, timestamp: 0 });
    assert.equal(journal.intent, undefined);
  });

  it('gives back the last intent, and the highest versions that ever were', async () => {
    const journal = await Journal.open(folder());
    await journal.note(intent);
    const next = { ...intent, snapshot: undefined, timestamp: { version: 8 } };
    await journal.note(next);
    const again = await Journal.open(folder());
    assert.deepEqual(again.intent, next);
    assert.deepEqual(again.highest, { snapshot: 7, timestamp: 9 });
    await again.note(intent);
    assert.deepEqual((await Journal.open(folder())).intent, intent);
  });

  it('is refused when an intent was changed behind its digest', async () => {
    await (await Journal.open(folder())).note(intent);
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('naïve', 'knave'));
    await rejectsWithFault('publish.journal', Journal.open(folder()));
  });

  it('is refused when it is cut short', async () => {
    await (await Journal.open(folder())).note(intent);
    writeFileSync(file(), readFileSync(file()).subarray(0, 100));
    await rejectsWithFault('publish.journal', Journal.open(folder()));
  });
});
