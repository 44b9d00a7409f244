import assert from 'node:assert/strict';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { pastEventRefs } from '../../../core/rules/ref-rules.ts';
import { withdrawEvent } from '../../../core/gate/events/withdraw.ts';
import { daemonSuite } from '../../kit/daemon.ts';
import { daysAhead, nextVersion, type TestHome } from '../../kit/home.ts';
import { installHomeHooks } from '../../kit/home-hooks.ts';
import { until } from '../../kit/until.ts';

describe('signing events that the daemon prepares', () => {
  const suite = daemonSuite();

  const made = async (prepareSigningEvents = true) => {
    const home = await suite.home({ config: { prepareSigningEvents } });
    await installHomeHooks(home.paths);
    await home.commit((tree) => {
      nextVersion(tree, 'alice', (signed) => ({ ...signed, expires: daysAhead(20) }));
    });
    return home;
  };
  const opened = (home: TestHome, name: string) =>
    until(`${name} is open`, () => home.git.resolveRef(`refs/heads/sign/${name}`));
  const events = async ({ git }: TestHome) =>
    (await git.listRefs('refs/heads/sign/')).map(({ name }) => name);

  it('hold the next version with the same content, a new expiry and no signature', async () => {
    const home = await made();
    await suite.serve(home);
    const tip = await opened(home, 'renew-alice-3');
    const read = async (commit: string) => {
      const text = await home.git.blob(
        (await home.git.find(commit, 'metadata/alice.json'))?.oid ?? tip,
        2 ** 20,
        'alice',
      );
      return JSON.parse(text.toString()) as { signed: JsonObject; signatures: unknown[] };
    };
    const [now, next] = [await read(await home.tip()), await read(tip)];
    assert.deepEqual(next.signatures, []);
    assert.equal(next.signed['version'], 3);
    assert.deepEqual(next.signed['targets'], now.signed['targets']);
    assert.ok((next.signed['expires'] as string) > (now.signed['expires'] as string));
  });

  it('are opened once, whatever restarts, and not again when people withdrew them', async () => {
    const home = await made();
    const daemon = await suite.serve(home);
    const tip = await opened(home, 'renew-alice-3');
    await daemon.reconcile();
    await daemon.close();
    const again = await suite.serve(home);
    await again.reconcile();
    assert.equal(await opened(home, 'renew-alice-3'), tip);
    await withdrawEvent(home.git, 'renew-alice-3', new Date());
    await again.reconcile();
    await again.close();
    assert.deepEqual(await events(home), []);
    assert.equal(await home.git.resolveRef(`${pastEventRefs}renew-alice-3`), tip);
  });

  it('are not opened unless the settings say so', async () => {
    const home = await made(false);
    const daemon = await suite.serve(home);
    await daemon.reconcile();
    await daemon.close();
    assert.deepEqual(await events(home), []);
  });
});
