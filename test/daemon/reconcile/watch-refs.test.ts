import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { watchRefs } from '../../../daemon/reconcile/watch-refs.ts';
import { gitSandbox, type Clone, type GitSandbox } from '../../kit/git.ts';
import { until } from '../../kit/until.ts';

describe('watching refs', () => {
  let sandbox: GitSandbox;
  let clone: Clone;
  let events = 0;
  let close: () => Promise<void>;

  before(async () => {
    sandbox = await gitSandbox();
    clone = await sandbox.clone();
    close = await watchRefs(sandbox.bare, () => (events += 1), assert.ifError);
  });
  after(async () => {
    await close();
    await sandbox.remove();
  });

  const pushAndSee = async (what: string) => {
    await clone.commit(what);
    events = 0;
    await clone.ok('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
    await until(`${what} is seen`, () => events > 0);
  };

  it('sees the first push', () => pushAndSee('first'));
  it('sees the next one', () => pushAndSee('second'));

  it('still sees pushes after git has packed the refs, again and again', async () => {
    for (const round of ['one', 'two', 'three', 'four', 'five']) {
      await sandbox.ok(['pack-refs', '--all', '--prune']);
      await pushAndSee(`after packing ${round}`);
    }
  });

  it('does not see the record, which the daemon moves itself', async () => {
    const tip = (await sandbox.ok(['rev-parse', 'refs/heads/main'])).trim();
    const record = ['update-ref', 'refs/tuf/published', tip];
    await sandbox.ok(record); // makes the folder, which is seen
    await sandbox.ok([...record.slice(0, 2), `${tip}^`]);
    await delay(300);
    events = 0;
    await sandbox.ok(record);
    await delay(300);
    assert.equal(events, 0);
  });

  it('sees a change of packed-refs alone', async () => {
    await sandbox.ok(['pack-refs', '--all', '--prune']);
    let changes = 0;
    const end = await watchRefs(sandbox.bare, () => (changes += 1), assert.ifError);
    await sandbox.ok(['update-ref', '-d', 'refs/heads/main']);
    await until('the deletion is seen', () => changes > 0);
    await end();
  });
});
