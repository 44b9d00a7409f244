import assert from 'node:assert/strict';
import { browserSuite, pageFolder } from '../kit/browser.ts';
import { daemonSuite } from '../kit/daemon.ts';

describe('the page of a daemon whose clients read at an IPv6 address', () => {
  const open = browserSuite();
  const suite = daemonSuite();

  it('may read there, though no policy can name the address', async () => {
    const home = await suite.home({ config: { content: { listen: '[::1]:0' } } });
    const daemon = await suite.serve(home, { pageFolder });
    const { page, errors } = await open(`${daemon.console}/#/chain`);
    await page.getByText('Verified in this browser').waitFor();
    assert.deepEqual(errors, []);
  });
});
