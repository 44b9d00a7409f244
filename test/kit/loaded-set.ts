import { TrustedSet } from '../../core/metadata/trusted-set.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { SimulatedRepository, testTime } from './simulated-repository.ts';

/** What stands in the place of a role's file. */
export type Rewrite = (bytes: Uint8Array, role: string) => Uint8Array;

export interface Envelope {
  readonly signed: JsonObject;
  readonly signatures: { keyid: string; sig: string }[];
}

/** With the target `a.txt` and the delegated role `team`; files may be rewritten, for no hash is named. */
export function looseRepository(): SimulatedRepository {
  const repository = new SimulatedRepository();
  repository.namesContent = false;
  repository.addTarget('a.txt', 'a');
  repository.delegate('team', { paths: ['team/*'] });
  return repository;
}

/** Publishes all that has changed, and loads it. */
export function publishAndLoad(repository: SimulatedRepository, rewrite?: Rewrite): TrustedSet {
  repository.publishRoot();
  repository.publish();
  return loadSet(repository, rewrite);
}

export function parseEnvelope(bytes: Uint8Array): Envelope {
  return JSON.parse(Buffer.from(bytes).toString()) as Envelope;
}

/** The newest files of a repository, verified as of the test's time, with its delegated roles. */
export function loadSet(
  repository: SimulatedRepository,
  rewrite: Rewrite = (bytes) => bytes,
): TrustedSet {
  const file = (role: string) => rewrite(repository.bytes(role), role);
  const set = TrustedSet.fromRoot(file('root'), { referenceTime: testTime });
  set.updateTimestamp(file('timestamp'));
  set.updateSnapshot(file('snapshot'));
  const targets = set.updateTargets(file('targets'));
  for (const name of Object.keys(targets.signed.delegations?.roles ?? {})) {
    set.updateDelegatedTargets(file(name), name, targets);
  }
  return set;
}
