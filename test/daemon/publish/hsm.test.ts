import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { daemonSuite, fetchSigned, statusOf } from '../../kit/daemon.ts';
import { moveOnlineKey } from '../../kit/online-key.ts';
import { createToken, softHsmAvailable, type TestToken } from '../../kit/softhsm.ts';
import { until } from '../../kit/until.ts';

describe('a daemon whose online key is in an HSM', () => {
  const suite = daemonSuite();
  let token: TestToken;

  before(function () {
    if (!softHsmAvailable()) this.skip();
    token = createToken();
    token.use();
  });
  after(() => {
    token.dispose();
  });

  it('publishes, serves on while the token is gone, and catches up when it is back', async () => {
    const home = await suite.home();
    await moveOnlineKey(home, token);
    const first = await suite.serve(home);
    assert.deepEqual(first.readiness().reasons, []);
    assert.equal((await fetchSigned(first, 'timestamp.json'))['version'], 1);
    await first.close();

    const tokens = path.join(token.folder, 'tokens');
    await rename(tokens, `${tokens}.away`);
    await home.release('1.1.0');
    const again = await suite.serve(home);
    assert.deepEqual(
      again.readiness().reasons.map(({ code }) => code.split('.')[0]),
      ['signer'],
    );
    assert.equal(await statusOf(again, '/metadata/timestamp.json'), 200);
    assert.equal(await statusOf(again, '/metadata/2.alice.json'), 404);
    await rename(`${tokens}.away`, tokens);
    await until('the release is out', async () => {
      return (await statusOf(again, '/metadata/2.alice.json')) === 200;
    });
  });
});
