import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { daemonSuite, statusOf } from '../kit/daemon.ts';
import { nextVersion, type TestHome } from '../kit/home.ts';
import { entryOf, fileOf } from '../kit/source-tree.ts';
import { until } from '../kit/until.ts';

describe('tuf-on-git target withdraw', () => {
  const suite = daemonSuite();
  let sandbox: CliSandbox;

  before(async () => {
    sandbox = await cliSandbox();
  });
  after(() => sandbox.remove());

  const withdraw = ({ dir }: TestHome, target: string, ...more: string[]) =>
    sandbox.run(['target', 'withdraw', dir, target, ...more]);

  it('takes a removed target down while the daemon runs', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    const name = publicName(home);
    assertRefused(await withdraw(home, fileOf.alice), 1, 'publish.still-listed');
    await unlist(home);
    await daemon.reconcile();
    assert.equal(await statusOf(daemon, `/${name}`), 200);
    const { status, stdout, stderr } = await withdraw(home, fileOf.alice);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `withdrawn: /${name}\n`);
    await assert.rejects(access(path.join(home.paths.public, name)));
    await until('nobody finds it', async () => (await statusOf(daemon, `/${name}`)) === 404);
    assert.equal(daemon.readiness().ready, true);
  });

  it('takes it down without a daemon, and for the next one', async () => {
    const home = await suite.home();
    const name = publicName(home);
    await (await suite.serve(home)).close();
    await unlist(home);
    await (await suite.serve(home)).close();
    const { status, stdout } = await withdraw(home, fileOf.alice, '--json');
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout), { targetPath: fileOf.alice, names: [name] });
    assert.equal(await statusOf(await suite.serve(home), `/${name}`), 404);
  });

  it('knows nothing of what is not public', async () => {
    const home = await suite.home();
    await (await suite.serve(home)).close();
    for (const target of ['no/such/file', '../state/record.json', 'alice-project']) {
      assertRefused(await withdraw(home, target), 1, 'search.not-found');
    }
  });
});

function publicName({ tree }: TestHome): string {
  const { hashes } = entryOf(tree, fileOf.alice) as { hashes: { sha256: string } };
  const { dir, base } = path.posix.parse(fileOf.alice);
  return `targets/${dir}/${hashes.sha256}.${base}`;
}

async function unlist(home: TestHome): Promise<void> {
  await home.commit((tree) => {
    tree.delete(`targets/${fileOf.alice}`);
    nextVersion(tree, 'alice', (signed) => ({ ...signed, targets: {} }));
  });
}
