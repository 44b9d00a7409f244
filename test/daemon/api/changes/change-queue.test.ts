import assert from 'node:assert/strict';
import { ChangeQueue, type Settled } from '../../../../daemon/api/changes/change-queue.ts';

interface Work {
  readonly name: string;
  readonly ref: string;
  readonly weight: number;
}

const main = 'refs/heads/main';
const event = 'refs/heads/sign/one';

/** A step of the queue that goes on when it is told to. */
class Gate {
  #open: () => void = () => undefined;
  #reached: () => void = () => undefined;
  readonly reached = new Promise<void>((resolve) => {
    this.#reached = resolve;
  });
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  pass(): Promise<void> {
    this.#reached();
    return this.#opened;
  }

  open(): void {
    this.#open();
  }
}

describe('the queue of changes', () => {
  let batches: string[][];
  let rest: Gate;
  let queue: ChangeQueue<Work, string>;

  beforeEach(() => {
    batches = [];
    rest = new Gate();
    queue = new ChangeQueue<Work, string>({
      land: (batch) => {
        batches.push(batch.map(({ name }) => name));
        return Promise.resolve(batch.map(outcomeOf));
      },
      rest: () => rest.pass(),
    });
  });

  function outcomeOf({ name }: Work): Settled<string> {
    return name.startsWith('bad') ? { error: new RangeError(name) } : { done: name };
  }

  const add = (name: string, ref = main) => queue.add({ name, ref, weight: 1 });

  it('tells of a change as soon as it has landed, and takes together what comes before the rest is over', async () => {
    assert.equal(await add('one'), 'one');
    await rest.reached;
    const later = ['two', 'three', 'four'].map((name) => add(name));
    rest.open();
    assert.deepEqual(await Promise.all(later), ['two', 'three', 'four']);
    assert.deepEqual(batches, [['one'], ['two', 'three', 'four']]);
  });

  it('does not rest after what was refused, nor after an event', async () => {
    await assert.rejects(add('bad'), RangeError);
    assert.equal(await add('signature', event), 'signature');
    assert.equal(await add('another', event), 'another');
    assert.deepEqual(batches, [['bad'], ['signature'], ['another']]);
  });

  it('ends when its last rest is over', async () => {
    await add('one');
    await rest.reached;
    const waiting = add('two');
    const closed = queue.close();
    await assert.rejects(waiting, { status: 503 });
    rest.open();
    await closed;
    await assert.rejects(add('three'), { status: 503 });
    assert.deepEqual(batches, [['one']]);
  });
});
