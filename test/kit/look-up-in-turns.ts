/**
 * Refreshes a cache so many times, each time with a new updater, and looks a target up:
 * `METADATA-DIR METADATA-URL TARGET ROUNDS`. Exits with 1 at the first failure.
 */
import { Updater } from '../../client/index.ts';
import { testTime } from './simulated-repository.ts';

const [metadataDir = '', metadataUrl = '', target = '', rounds = ''] = process.argv.slice(2);

for (let round = 0; round < Number(rounds); round += 1) {
  const updater = new Updater({ metadataDir, metadataUrl, now: testTime });
  if ((await updater.getTargetInfo(target)) === undefined) throw new RangeError('not found');
}
