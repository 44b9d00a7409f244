import assert from 'node:assert/strict';
import path from 'node:path';
import { configSchema } from '../../core/home/config.ts';
import { readJsonFile, writeJsonFile } from '../../core/home/json-file.ts';
import type { CliSandbox } from '../kit/cli.ts';
import { servedHome, type ServedHome } from '../kit/served-home.ts';
import { until } from '../kit/until.ts';

describe('a signing event that the daemon has prepared', () => {
  let served: ServedHome;

  before(async () => {
    // Of so short a life that it is time to sign the next version at once.
    served = await servedHome({ init: ['--targets-expires-days', '1'], prepare: prepareEvents });
  });
  after(() => served.close());

  it('is signed by tuf-on-git sign like any other, and lands', async () => {
    const alice = await served.maintainer('alice');
    // Status 4: somebody has to renew a role.
    const status = async () => (await alice.run('status', '--fetch')).stdout;
    await until('it is open', async () => {
      return (await status()).includes('renew-targets-2');
    });
    const shown = await status();
    assert.match(shown, /renew-targets-2: targets version 1 → 2$/m);
    assert.match(shown, /next: tuf-on-git sign renew-targets-2$/m);
    const signed = await alice.run('sign', 'renew-targets-2', '--yes');
    assert.equal(signed.status, 0, signed.stderr);
    await until('clients see it', async () => {
      return (await fetch(`${served.content}/metadata/2.targets.json`)).status === 200;
    });
    assert.doesNotMatch(await status(), /renew-targets-2/);
  });
});

async function prepareEvents({ dir }: CliSandbox): Promise<void> {
  const file = path.join(dir, 'home', 'config.json');
  const config = await readJsonFile(file, configSchema.loose());
  await writeJsonFile(file, { ...config, prepareSigningEvents: true });
}
