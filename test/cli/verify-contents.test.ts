import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { blobFile } from '../../core/blobs/blob-store.ts';
import { putBlob } from '../kit/blobs.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { addRelease, makeHome, type TestHome } from '../kit/home.ts';
import { fileOf, putTarget } from '../kit/source-tree.ts';

const file = 'alice-project/tool/1.1.0/tool.tgz';
const content = 'in the blob store';

describe('tuf-on-git verify, of target files', () => {
  let sandbox: CliSandbox;
  let home: TestHome;
  let blob: string;

  beforeEach(async () => {
    sandbox = await cliSandbox();
    home = await makeHome();
    await home.commit((tree) => {
      addRelease(tree, file, content);
      tree.delete(`targets/${file}`);
    });
    const sha256 = await putBlob(home.paths.blobs, content);
    blob = blobFile(home.paths.blobs, sha256);
  });
  afterEach(async () => {
    await home.remove();
    await sandbox.remove();
  });

  const verify = (...more: string[]) => sandbox.run(['verify', home.dir, ...more]);

  /** A blob is read-only, its folder is not. */
  const overwrite = async (other: string) => {
    await rm(blob);
    await writeFile(blob, other);
  };

  it('hashes those in git and those in the blob store', async () => {
    const { status, stdout } = await verify();
    assert.equal(status, 0);
    assert.match(stdout, /^targets hold: 3 targets, 3 files of \d+ bytes$/m);
  });

  it('refuses a blob with another content of the same length', async () => {
    await overwrite(content.toUpperCase());
    assertRefused(await verify(), 1, 'target.hash');
  });

  it('refuses a blob that was cut short', async () => {
    await overwrite(content.slice(1));
    assertRefused(await verify(), 1, 'target.length');
  });

  it('refuses a blob that is gone', async () => {
    await rm(blob);
    assertRefused(await verify(), 1, 'target.missing');
  });

  it('refuses a file in git that is another one, or longer', async () => {
    await home.commit((tree) => {
      putTarget(tree, fileOf.bob, "bob's APP");
    });
    assert.match((await verify()).stderr, /\[target\.(length|hash)\] metadata\/bob\.json, target /);
    await home.commit((tree) => {
      putTarget(tree, fileOf.bob, 'much longer than what is signed for');
    });
    assertRefused(await verify(), 1, 'target.length');
  });

  it('leaves them out when told so', async () => {
    await rm(blob);
    const { status, stdout } = await verify('--metadata-only');
    assert.equal(status, 0);
    assert.match(stdout, /^target files were left out$/m);
  });
});
