import assert from 'node:assert/strict';
import type { SimulatedRepository } from '../../kit/simulated-repository.ts';
import { conformanceScene, type Scene } from './scene.ts';

/** What a server does, and what one refresh must come to. */
export interface RefreshCase {
  /** What has happened before the client's first visit. */
  readonly before?: (repository: SimulatedRepository) => void;
  /** What happens after its last one. */
  readonly server: (repository: SimulatedRepository, scene: Scene) => unknown;
  /** Whether the client has been there before; without it, it has refreshed once. */
  readonly client?: 'new' | 'refreshed';
  /** By how much its clock is shifted then. */
  readonly later?: string;
  readonly exit: 0 | 1;
  /** Why it fails: the code of the fault. */
  readonly fault?: string;
  /** Requests in order, as `Scene.asked` has them. */
  readonly asks?: string;
  /** What the client trusts afterwards, as `Scene.trusted` has it. */
  readonly trusts: string;
}

/** One test for each case, named by its name. */
export function refreshCases(title: string, cases: Readonly<Record<string, RefreshCase>>): void {
  describe(title, () => {
    const scene = conformanceScene();
    for (const [name, expected] of Object.entries(cases)) {
      it(name, () => check(scene(), expected));
    }
  });
}

async function check(scene: Scene, expected: RefreshCase): Promise<void> {
  assert.equal(await scene.init(), 0);
  expected.before?.(scene.repository);
  if (expected.client !== 'new') assert.equal(await scene.refresh(), 0);
  await expected.server(scene.repository, scene);
  const exit = await scene.refresh(expected.later);
  const { fault, asked } = scene;
  const { exit: wanted, fault: wantedFault = 'none', trusts, asks = asked } = expected;
  assert.deepEqual(
    { exit, fault, asked, trusts: await scene.trusted() },
    { exit: wanted, fault: wantedFault, asked: asks, trusts },
  );
}
