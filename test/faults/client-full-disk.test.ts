/**
 * A disk that is full from the first, the second, … write of a `get` on, until one has room for all.
 * The command says so in a line; what it had verified by then stays, and nothing is left to clear up.
 */
import assert from 'node:assert/strict';
import { cp, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { assertRefused } from '../kit/cli.ts';
import { downloader } from '../kit/downloader.ts';
import { sha256 } from '../kit/simulated-repository.ts';
import { faultControl, type FaultControl } from './kit/fault-control.ts';

/** Of more than two blocks: they are written one by one. */
const content = Buffer.alloc(2_500_000, 'a tool ');

describe('a disk that is full at a write of', () => {
  const scene = downloader();
  let faults: FaultControl;
  beforeEach(async () => {
    const { inSandbox, offer, repository } = scene();
    repository.delegate('team', { paths: ['team/*/*'] });
    repository.addTarget('team/tool/tool.bin', content, 'team');
    offer({ 'a.txt': 'a' });
    faults = await faultControl(inSandbox('faults'));
  });

  for (const [how, args] of [
    ['get --dir', ['get', 'team/tool/tool.bin', '--dir', 'out', '--paths']],
    ['get -o', ['get', 'team/tool/tool.bin', '-o', 'out/deep/tool.bin']],
  ] as const) {
    it(`${how}: a line, nothing of no use, and the next run works`, async () => {
      let at = 1;
      while (await isFullAt(at, args)) at += 1;
      assert.ok(at > 10, `${at}`);
      console.log(`      full at ${at - 1} writes`);
    });
  }

  /** @returns false when the command was done before that write came */
  async function isFullAt(at: number, args: readonly string[]): Promise<boolean> {
    const { inSandbox, sandbox } = scene();
    const cwd = inSandbox(`at-${at}`);
    await cp(inSandbox('trusted'), path.join(cwd, 'trusted'), { recursive: true });
    const env = { TUF_ON_GIT_DATA: path.join(cwd, 'trusted') };
    await faults.set({ program: 'tuf-on-git', at, action: 'ENOSPC' });
    const run = await sandbox.run(args, { cwd, env: { ...faults.env, ...env } });
    await faults.set(undefined);
    const isMet = run.status !== 0;
    if (isMet) {
      assertRefused(run, 1, 'client.storage');
      assert.match(run.stderr, /ENOSPC/);
      await nothingIsBad(cwd);
    }
    await sandbox.ok(args, { cwd, env });
    await nothingIsBad(cwd);
    return isMet;
  }

  async function nothingIsBad(cwd: string): Promise<void> {
    const genuine = new Set([...scene().repository.files.values()].map(sha256));
    const entries = await readdir(cwd, { recursive: true, withFileTypes: true });
    for (const { name, parentPath } of entries.filter((entry) => entry.isFile())) {
      const isKept = name === 'repository.json' || name.endsWith('.part');
      const isGenuine = genuine.has(sha256(await readFile(path.join(parentPath, name))));
      assert.ok(isKept || isGenuine, `${parentPath}/${name}`);
    }
  }
});
