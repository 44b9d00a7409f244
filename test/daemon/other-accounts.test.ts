import assert from 'node:assert/strict';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { refuseOtherWriters } from '../../daemon/other-accounts.ts';
import { daemonSuite } from '../kit/daemon.ts';
import { rejectsWithFault } from '../kit/faults.ts';

describe('a HOME to which another account may write', () => {
  const suite = daemonSuite();

  const places = ['', 'repository.git', 'repository.git/config', 'hooks', 'hooks/pre-receive'];
  it('is not served, unless its operator says that there is none', async () => {
    const home = await suite.home();
    await writeFile(path.join(home.paths.hooks, 'pre-receive'), '#!/bin/sh\n', { mode: 0o755 });
    await mkdir(path.join(home.paths.repository, 'refs', 'tuf'), { recursive: true });
    await refuseOtherWriters(home.paths);
    for (const place of [...places, 'repository.git/refs/tuf']) {
      const at = path.join(home.dir, place);
      await chmod(at, 0o777);
      await rejectsWithFault('home.shared', suite.serve(home));
      await chmod(at, 0o755);
    }
    await chmod(home.paths.hooks, 0o777);
    const daemon = await suite.serve(home, { singleUser: true });
    assert.equal(daemon.readiness().ready, true);
  });

  it('is one whose hooks belong to another account', async function () {
    if (process.getuid?.() !== 0) this.skip();
    const home = await suite.home();
    await chown(home.paths.hooks, 65_534, 65_534);
    await rejectsWithFault('home.shared', suite.serve(home));
  });
});
