/** An event that was withdrawn (rule 27): what was made in it never lands. */
import assert from 'node:assert/strict';
import { withdrawEvent, type Withdrawal } from '../../../core/gate/events/withdraw.ts';
import { verifyHistory } from '../../../core/gate/history.ts';
import {
  openBareRepository,
  type BareRepository,
} from '../../../core/git/binary/bare-repository.ts';
import { objectId } from '../../../core/git/object-id.ts';
import { parseDocument } from '../../../core/metadata/document.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { runGit } from '../../kit/git.ts';
import { accepted, firstRoot, gatedEvents, refused } from '../../kit/gated-events.ts';
import {
  addSignatures,
  livesFor,
  redraft,
  release,
  remake,
  type EventChange,
} from '../../kit/signing-events.ts';
import { people } from '../../kit/source-tree.ts';

const { root1, root2, admin, alice, bob, carol } = people;
const now = new Date();

describe('event.withdrawn', () => {
  const events = gatedEvents();
  let repository: BareRepository;

  beforeEach(() => {
    repository = openBareRepository(events.gated.sandbox.bare);
  });
  afterEach(() => repository.close());

  const withdraw = (name = 'release'): Promise<Withdrawal> => withdrawEvent(repository, name, now);
  const mainHolds = async (): Promise<void> => {
    const tip = objectId(await events.gated.sandbox.ok(['rev-parse', 'main']));
    const { bad } = await verifyHistory(repository, undefined, tip, {
      pinnedRoot: parseDocument('root', firstRoot),
      onlineKeys: undefined,
      receivedAt: () => Promise.resolve(now),
    });
    assert.equal(bad, undefined);
  };
  const half: EventChange = (tree) => release(tree, 'alice', '1.1', alice);
  const whole: EventChange = (tree) => release(tree, 'alice', '1.1', alice, carol);

  it('refuses the payload under another name, and accepts another version of it', async () => {
    accepted(await events.push(half));
    assert.equal((await withdraw()).payloads, 1);
    await refused(events.push(whole, 'again'), 'event.withdrawn');
    accepted(
      await events.push((tree, main) => {
        whole(tree, main);
        redraft(tree, 'alice', [alice, carol], livesFor(30));
      }, 'again'),
    );
  });

  it('refuses the payload on main, however many sign it, and accepts another version', async () => {
    accepted(await events.push(half));
    await withdraw();
    await refused(events.pushes.pushMain(whole), 'event.withdrawn');
    accepted(
      await events.pushes.pushMain((tree, main) => {
        whole(tree, main);
        redraft(tree, 'alice', [alice, carol], livesFor(30));
      }),
    );
  });

  it('refuses it in the midst of a push of several commits', async () => {
    accepted(await events.push(half));
    await withdraw();
    const { clone } = events.gated;
    await clone.ok('checkout', '--quiet', '-B', 'work', 'origin/main');
    const tree = await events.pushes.tree();
    release(tree, 'alice', '1.1', alice, carol);
    await events.gated.commit(tree);
    remake(tree, 'alice', [alice, carol]);
    await events.gated.commit(tree);
    await refused(events.gated.push(), 'event.withdrawn');
  });

  it('refuses what the event held once and others have replaced', async () => {
    accepted(await events.push(half));
    accepted(await events.push((tree) => redraft(tree, 'alice', [carol], livesFor(30))));
    assert.equal((await withdraw()).payloads, 2);
    await refused(events.push(half, 'again'), 'event.withdrawn');
  });

  it('refuses a root, which `root.json` repeats, once', async () => {
    const root: EventChange = (tree) => remake(tree, 'root', [root1, root2]);
    accepted(await events.push(root));
    await withdraw();
    await refused(events.push(root, 'again'), 'event.withdrawn');
  });

  it('ends the event: its branch goes, its history stays, its name is used', async () => {
    accepted(await events.push(half));
    const { tip } = await withdraw();
    assert.equal(await repository.resolveRef('refs/heads/sign/release'), undefined);
    assert.equal(await repository.resolveRef('refs/tuf/events/release'), tip);
    await refused(
      events.push((tree) => release(tree, 'bob', '2.1', bob)),
      'event.form',
    );
    await rejectsWithFault('usage.argument', withdraw());
  });

  it('leaves alone what is on main already, so that its history still holds', async () => {
    accepted(
      await events.push((tree) => {
        release(tree, 'bob', '2.1', bob);
        remake(tree, 'targets', [admin]);
      }),
    );
    accepted(await events.pushes.pushMain((tree) => release(tree, 'bob', '2.1', bob)));
    accepted(await events.pushes.pushMain((tree) => release(tree, 'bob', '2.2', bob)));
    assert.equal((await withdraw()).payloads, 1);
    await mainHolds();
  });

  it('leaves alone what was on main long ago, though a commit of the event repeats it', async () => {
    const before = await events.pushes.tree();
    accepted(await events.pushes.pushMain((tree) => release(tree, 'bob', '2.1', bob)));
    const { clone } = events.gated;
    const tree = await events.pushes.tree();
    await clone.ok('checkout', '--quiet', '--force', '-B', 'work', 'origin/main');
    const oldBob = before.get('metadata/bob.json') ?? Buffer.of();
    await events.gated.commit(
      new Map([...tree, ['metadata/bob.json', oldBob], ['metadata/other.json', oldBob]]),
    );
    release(tree, 'alice', '1.1', alice);
    await events.gated.commit(tree);
    await events.gated.commit(
      new Map([...tree, ['metadata/zzz.json', tree.get('metadata/alice.json') ?? Buffer.of()]]),
    );
    await events.gated.commit(tree);
    accepted(await events.gated.push('origin', 'HEAD:refs/heads/sign/release'));
    assert.equal((await withdraw()).payloads, 4);
    await mainHolds();
    await refused(events.push(half, 'again'), 'event.withdrawn');
  });

  it('keeps what was withdrawn before', async () => {
    accepted(await events.push(half, 'one'));
    accepted(await events.push((tree) => remake(tree, 'targets', [admin]), 'two'));
    await withdraw('one');
    await withdraw('two');
    await refused(events.push(half), 'event.withdrawn');
    await refused(
      events.push((tree) => remake(tree, 'targets', [admin])),
      'event.withdrawn',
    );
  });

  it('ends an event one of whose commits names more files than anybody could read', async () => {
    const { clone } = events.gated;
    accepted(await events.push(half));
    let tree = await clone.ok('rev-parse', 'HEAD:metadata');
    for (let level = 0; level < 6; level += 1) {
      const names = Array.from({ length: 32 }, (_, index) => `040000 tree ${tree}\tx${index}\n`);
      const made = await runGit(['mktree'], { cwd: clone.dir, input: names.join('') });
      tree = made.stdout.toString().trim();
    }
    const endless = await clone.ok('commit-tree', tree, '-p', 'HEAD', '-m', 'endless');
    const signed = await events.pushes.tree('sign/release');
    await clone.ok('checkout', '--quiet', '--force', '-B', 'work', 'HEAD');
    await events.gated.commit(addSignatures(signed, 'alice', carol));
    const last = await clone.ok('commit-tree', 'HEAD^{tree}', '-p', endless, '-m', 'signed');
    accepted(await events.gated.push('origin', `${last}:refs/heads/sign/release`));
    assert.equal((await withdraw()).payloads, 1);
    await refused(events.push(half, 'again'), 'event.withdrawn');
  });

  it('happens beside pushes: whoever comes late repeats', async () => {
    accepted(await events.push(half));
    const [withdrawal, run] = await Promise.all([
      withdraw(),
      events.push((tree) => addSignatures(tree, 'alice', carol)),
    ]);
    const main = objectId(await events.gated.sandbox.ok(['rev-parse', 'main']));
    const commits = await repository.commitsBetween(main, withdrawal.tip);
    assert.equal(commits.length, run.status === 0 ? 2 : 1);
    assert.equal(await repository.resolveRef('refs/tuf/events/release'), withdrawal.tip);
    assert.equal(await repository.resolveRef('refs/heads/sign/release'), undefined);
    await refused(events.push(whole, 'again'), 'event.withdrawn');
  });
});
