import assert from 'node:assert/strict';
import type { ClientEvent } from '../../client/events.ts';
import { clientScene } from '../kit/client-scene.ts';

describe('events of an updater', () => {
  const scene = clientScene();

  /** What is told while a target is looked up, in short. */
  async function eventsOf(target = 'team/b.txt'): Promise<readonly string[]> {
    const events: ClientEvent[] = [];
    const updater = scene().updater({ onEvent: (event) => events.push(event) });
    await updater.getTargetInfo(target);
    return events.map((event) => {
      if (event.type !== 'role') return event.type;
      const file = event.url?.replace(scene().server.url, '');
      return `${event.role} ${event.version} ${file ?? 'cache'}`;
    });
  }

  it('tell of each role from where it came', async () => {
    const { repository } = scene();
    repository.publishRoot();
    assert.deepEqual(await eventsOf(), [
      'root 1 cache',
      'root 2 metadata/2.root.json',
      'timestamp 1 metadata/timestamp.json',
      'snapshot 1 metadata/1.snapshot.json',
      'targets 1 metadata/1.targets.json',
      'team 1 metadata/1.team.json',
    ]);
    repository.publish();
    assert.deepEqual(await eventsOf(), [
      'root 2 cache',
      'timestamp 1 cache',
      'timestamp 2 metadata/timestamp.json',
      'snapshot 2 metadata/2.snapshot.json',
      'targets 1 cache',
      'team 1 cache',
    ]);
  });

  it('tell of a download from its start to its end', async () => {
    const events: ClientEvent[] = [];
    const { updater } = scene();
    const one = updater({ onEvent: (event) => events.push(event) });
    const target = await one.getTargetInfo('a.txt');
    assert.ok(target);
    events.length = 0;
    const counts: number[] = [];
    const file = await one.downloadTarget(target, undefined, {
      onProgress: (...received) => counts.push(...received),
    });
    assert.deepEqual(events, [
      { type: 'download-started', target, file },
      { type: 'download-progress', target, received: 1, total: 1 },
      { type: 'download-ended', target, file },
    ]);
    assert.deepEqual(counts, [1, 1]);
    events.length = 0;
    await one.downloadTarget(target);
    assert.deepEqual(events, []);
  });
});
